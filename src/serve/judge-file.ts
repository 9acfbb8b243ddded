import { decide, type Decision } from "../decision/decide.ts";
import type { ByteRange } from "../decision/representation.ts";
import { type SelectedRepresentation, toResponseHead } from "../decision/response-head.ts";
import { chooseDelivery } from "../deliveries/choose-delivery.ts";
import { parsePreconditions, type RangeCondition } from "../http/preconditions.ts";
import type { OpenRepresentation } from "../sources/source.ts";
import type { Answer } from "./answer.ts";
import { drawBoundary } from "./boundary.ts";
import type { SelectedFile } from "./file-policy.ts";
import { explain } from "./problem.ts";
import type { RequestHead } from "./request-head.ts";

/** What was decided of a request, with all else that its answer's head depends on. */
export interface Judged {
  readonly decision: Decision;
  /** What the range rests on, where there is an If-Range. */
  readonly ifRange: RangeCondition["kind"] | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Judges a request for a representation: the one judgement, whether the file was opened just now or is known. */
export function judge(request: RequestHead, selected: SelectedRepresentation, now: number): Judged {
  const preconditions = parsePreconditions(request.fields, now, { lengthParameter: true });
  const decision = decide(
    { method: request.method, preconditions, range: request.fields.range },
    selected,
    now,
  );
  return { decision, ifRange: preconditions.ifRange?.kind, now };
}

/** The answer that tells a judgement; its content may still have to be read. */
export function toAnswer(
  { decision, ifRange, now }: Judged,
  request: RequestHead,
  selected: SelectedFile,
  open: OpenRepresentation,
): Answer {
  const boundary = decision.kind === "partial" && decision.ranges.length > 1 ? drawBoundary() : "";
  const head = toResponseHead(decision, selected, { now, boundary, ifRange });
  if (decision.kind === "precondition-failed" || decision.kind === "range-not-satisfiable") {
    return { ...explain(decision.kind, head, request), file: selected };
  }
  const delivery =
    request.method === "HEAD"
      ? ({ kind: "none" } as const)
      : chooseDelivery(decision, selected, open, boundary);
  return { head, delivery, judged: decision.kind, file: selected, ranges: rangesOf(decision) };
}

/** What a decision sends, where it isn't the whole. */
export function rangesOf(decision: Decision): readonly ByteRange[] | undefined {
  return decision.kind === "partial" ? decision.ranges : undefined;
}
