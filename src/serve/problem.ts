import type { ResponseHead } from "../decision/response-head.ts";
import { prefersProblemJson } from "../http/accept.ts";
import type { FieldLine } from "../http/request-fields.ts";
import type { Answer, Judgement } from "./answer.ts";
import { dateLine } from "./date-line.ts";
import type { RequestHead } from "./request-head.ts";

/** The outcomes that are errors. */
export type Problem = Exclude<
  Judgement,
  "full" | "partial" | "not-modified" | "options" | "redirect" | "guarded"
>;

/** Each with its status and what a person reads. */
const PROBLEMS: Readonly<Record<Problem, readonly [status: number, title: string]>> = {
  "bad-request": [400, "Bad Request"],
  unauthorized: [401, "Unauthorized"],
  forbidden: [403, "Forbidden"],
  "not-found": [404, "Not Found"],
  "method-not-allowed": [405, "Method Not Allowed"],
  "not-acceptable": [406, "Not Acceptable"],
  "precondition-failed": [412, "Precondition Failed"],
  "range-not-satisfiable": [416, "Range Not Satisfiable"],
  failed: [500, "Internal Server Error"],
  "not-implemented": [501, "Not Implemented"],
  busy: [503, "Service Unavailable"],
};

/** Seconds after which descriptors are usually free again. */
const RETRY_AFTER = "1";

const encoder = new TextEncoder();

/** What a person reads of a problem. */
export function titleOf(problem: Problem): string {
  return PROBLEMS[problem][1];
}

/** The answer to a request that fails before there is a representation to judge. */
export function toProblem(
  problem: Problem,
  request: RequestHead,
  fields: readonly FieldLine[],
  now: number,
): Answer {
  return explain(problem, { status: PROBLEMS[problem][0], fields: [dateLine(now), ...fields] }, request);
}

/**
 * Gives an error's head a content that says what happened, as text or as problem details (RFC 9457) where the client
 * prefers JSON. It says nothing about the file: neither its path nor what went wrong with it.
 */
export function explain(problem: Problem, head: ResponseHead, request: RequestHead): Answer {
  const [status, title] = PROBLEMS[problem];
  const json = prefersProblemJson(request.fields.accept);
  const bytes = encoder.encode(json ? JSON.stringify({ type: "about:blank", title, status }) : `${title}\n`);
  const fields: readonly FieldLine[] = [
    // What is missing now may be there in a moment, and who may not read now may do so after signing in.
    ["Cache-Control", "no-store"],
    ...(problem === "busy" ? [["Retry-After", RETRY_AFTER] as const] : []),
    ["Content-Type", json ? "application/problem+json" : "text/plain; charset=utf-8"],
    ["Content-Length", String(bytes.length)],
  ];
  return {
    head: { status: head.status, fields: [...head.fields, ...fields] },
    delivery: request.method === "HEAD" ? { kind: "none" } : { kind: "bytes", bytes },
    judged: problem,
  };
}
