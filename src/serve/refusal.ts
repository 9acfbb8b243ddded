import type { FieldLine } from "../http/request-fields.ts";
import type { Admission, Asked } from "./admission.ts";
import type { Answer } from "./answer.ts";
import { dateLine } from "./date-line.ts";
import { fieldsWithoutFile } from "./empty-answer.ts";
import { withVary } from "./file-policy.ts";
import { type Located, varyOfMissing } from "./locate.ts";
import type { Policy } from "./policy.ts";
import { toProblem } from "./problem.ts";
import type { RequestHead } from "./request-head.ts";

/** What came of something that may fail, with the failure put aside. */
export type Attempt<T> =
  { readonly value: T; readonly error?: never } | { readonly value?: never; readonly error: unknown };

export async function attempt<T>(promise: Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error };
  }
}

/** What is asked about a target, whatever it has led to: nothing, a failure or a file must all be asked about alike. */
export function toAsked(
  located: Located | undefined,
  target: { readonly path: string; readonly slash: boolean },
  request: RequestHead,
): Asked {
  if (located?.kind === "file") {
    return { request, path: located.path, resource: located.own === true ? "directory" : "file" };
  }
  const isFolder = located?.kind === "directory-without-slash";
  const slash = (isFolder || target.slash) && target.path !== "" ? "/" : "";
  return { request, path: target.path + slash, resource: isFolder ? "directory" : undefined };
}

/**
 * The answer to a client that may not have what it asked for: it follows from the refusal and from what was asked for, never
 * from what is there. A 404 has the Vary of a path where nothing is.
 */
export function toRefusal(
  admission: Exclude<Admission, { kind: "allowed" }>,
  path: string,
  request: RequestHead,
  policy: Policy,
): Answer {
  const fields = fieldsWithoutFile(policy);
  if (admission.kind === "denied") {
    const vary = admission.problem === "not-found" ? varyOfMissing(path, policy) : undefined;
    const all = withVary([...admission.fields, ...fields], vary);
    return toProblem(admission.problem, request, all, policy.clock());
  }
  return toGiven(admission, request, fields, policy.clock());
}

/** What stet tells of each answer by itself. */
const OWN = new Set(["connection", "content-length", "date", "keep-alive", "transfer-encoding"]);

function toGiven(
  { status, fields, content }: Extract<Admission, { kind: "answered" }>,
  request: RequestHead,
  others: readonly FieldLine[],
  now: number,
): Answer {
  const given = new Set(fields.map(([name]) => name.toLowerCase()));
  const hasContent = status !== 204 && status !== 304;
  const length: readonly FieldLine[] = hasContent ? [["Content-Length", String(content.length)]] : [];
  return {
    head: {
      status,
      fields: [
        dateLine(now),
        // It was given to this client, and says what this client may.
        ...(given.has("cache-control") ? [] : [["Cache-Control", "no-store"] as const]),
        ...fields.filter(([name]) => !OWN.has(name.toLowerCase())),
        ...others.filter(([name]) => !given.has(name.toLowerCase())),
        ...length,
      ],
    },
    delivery:
      hasContent && content.length > 0 && request.method !== "HEAD"
        ? { kind: "bytes", bytes: content }
        : { kind: "none" },
    judged: "guarded",
  };
}
