import { decide, type Decision } from "../decision/decide.ts";
import { carriedByAll, toResponseHead, type SelectedRepresentation } from "../decision/response-head.ts";
import { selectingFields, selectRepresentation } from "../decision/select-representation.ts";
import { chooseDelivery } from "../deliveries/choose-delivery.ts";
import { combineFieldLines } from "../http/field-list.ts";
import { parsePreconditions } from "../http/preconditions.ts";
import type { FieldLine } from "../http/request-fields.ts";
import { type FileResource, type OpenRepresentation, SourceError } from "../sources/source.ts";
import type { Answer } from "./answer.ts";
import { drawBoundary } from "./boundary.ts";
import { explain, toProblem } from "./problem.ts";
import type { RequestHead } from "./request-head.ts";

/** How often a file that changes while it is read is judged anew before the client is asked to come back. */
const ATTEMPTS = 3;

/** How one file is to be answered, beside what its bytes tell. */
export interface FilePolicy {
  readonly fields: readonly FieldLine[];
  /** The Content-Type, where it isn't the one that the source tells. */
  readonly type: string | undefined;
  readonly clock: () => number;
}

/** Selects, opens, judges and answers one file. */
export async function serveFile(
  resource: FileResource,
  request: RequestHead,
  policy: FilePolicy,
): Promise<Answer> {
  const variants = selectRepresentation(resource.variants, request.fields);
  const vary = selectingFields(resource.variants);
  const problemFields = withVary(carriedByAll(policy.fields), vary);
  if (variants.length === 0) return toProblem("not-acceptable", request, problemFields, policy.clock());
  for (let attempt = 1; ; attempt++) {
    const open = await openFirst(resource, variants);
    if (open === undefined) return toProblem("not-found", request, problemFields, policy.clock());
    try {
      return await answerOpen(open, vary, request, policy);
    } catch (error) {
      if (!(error instanceof SourceError && error.code === "changed")) throw error;
      // Nothing has been sent yet: the version that stands there now is judged in its place.
      if (attempt === ATTEMPTS) throw new SourceError("busy", error);
    }
  }
}

/** A sibling may go between the look and the opening; the next best then takes its place. */
async function openFirst(
  resource: FileResource,
  variants: FileResource["variants"],
): Promise<OpenRepresentation | undefined> {
  for (const variant of variants) {
    const open = await resource.open(variant);
    if (open !== undefined) return open;
  }
  return undefined;
}

/** Judges what is open, and closes it unless its bytes are still to be streamed. */
async function answerOpen(
  open: OpenRepresentation,
  vary: string | undefined,
  request: RequestHead,
  policy: FilePolicy,
): Promise<Answer> {
  let streamed = false;
  try {
    const answer = await judge(open, vary, request, policy);
    streamed = answer.delivery.kind === "stream";
    return answer;
  } finally {
    if (!streamed) open.close();
  }
}

async function judge(
  open: OpenRepresentation,
  vary: string | undefined,
  request: RequestHead,
  policy: FilePolicy,
): Promise<Answer> {
  const now = policy.clock();
  const selected = toSelected(open, vary, policy);
  const preconditions = parsePreconditions(request.fields, now, { lengthParameter: true });
  const decision = decide(
    { method: request.method, preconditions, range: request.fields.range },
    selected,
    now,
  );
  const boundary = isMultipart(decision) ? drawBoundary() : "";
  const head = toResponseHead(decision, selected, {
    now,
    boundary,
    ifRange: preconditions.ifRange?.kind,
  });
  if (decision.kind === "precondition-failed" || decision.kind === "range-not-satisfiable") {
    return explain(decision.kind, head, request);
  }
  const delivery =
    request.method === "HEAD" ? undefined : await chooseDelivery(decision, selected, open, boundary);
  return { head, delivery: delivery ?? { kind: "none" }, judged: decision.kind };
}

function isMultipart(decision: Decision): boolean {
  return decision.kind === "partial" && decision.ranges.length > 1;
}

function toSelected(
  { representation }: OpenRepresentation,
  vary: string | undefined,
  policy: FilePolicy,
): SelectedRepresentation {
  return {
    ...representation,
    mediaType: policy.type ?? representation.mediaType,
    fields: withVary(policy.fields, vary),
  };
}

/** One Vary for what stet chose by and what the policy adds. */
function withVary(fields: readonly FieldLine[], vary: string | undefined): readonly FieldLine[] {
  if (vary === undefined) return fields;
  const given = fields.filter(([name]) => name.toLowerCase() === "vary").map(([, value]) => value);
  const others = fields.filter(([name]) => name.toLowerCase() !== "vary");
  return [...others, ["Vary", combineFieldLines([...given, vary]) ?? vary]];
}
