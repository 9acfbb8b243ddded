import type { Preconditions } from "../http/preconditions.ts";
import { evaluatePreconditions } from "./evaluate-preconditions.ts";
import { evaluateRange } from "./evaluate-range.ts";
import type { ByteRange, Representation } from "./representation.ts";

/** What is to be answered to a request for a representation that exists and that the client may have. */
export type Decision =
  | { readonly kind: "full" }
  | { readonly kind: "partial"; readonly ranges: readonly ByteRange[] }
  | { readonly kind: "not-modified" }
  | { readonly kind: "precondition-failed" }
  | { readonly kind: "range-not-satisfiable" };

/** The parts of a request that a decision rests on. */
export interface JudgedRequest {
  readonly method: string;
  readonly preconditions: Preconditions;
  /** The Range field as sent. */
  readonly range: string | undefined;
}

/**
 * Decides a request against the selected representation: first the preconditions, then the range.
 *
 * This is where a 304 is decided. It is pure: the same arguments give the same decision, on every runtime.
 *
 * @param now milliseconds since the epoch
 * @see RFC 9110 §13.2.2
 */
export function decide(request: JudgedRequest, selected: Representation, now: number): Decision {
  const outcome = evaluatePreconditions(request.method, request.preconditions, selected);
  if (outcome !== "proceed") return { kind: outcome };
  // GET is the only method with ranges (§14.2): a HEAD with one describes the whole.
  if (request.method !== "GET") return { kind: "full" };
  const range = evaluateRange(request.range, request.preconditions.ifRange, selected, now);
  switch (range.kind) {
    case "ignored":
      return { kind: "full" };
    case "unsatisfiable":
      return { kind: "range-not-satisfiable" };
    case "satisfiable":
      return { kind: "partial", ranges: range.ranges };
  }
}
