import { stronglyEqual, weaklyEqual } from "../http/entity-tag.ts";
import type { DateCondition, EntityTagCondition, Preconditions } from "../http/preconditions.ts";
import type { Representation, Validators } from "./representation.ts";

/** What the preconditions leave to do. */
export type PreconditionOutcome = "proceed" | "not-modified" | "precondition-failed";

/**
 * Evaluates the preconditions of a request against the selected representation, in the order of the RFC:
 *
 * 1. If-Match, where present: false → 412.
 * 2. Otherwise If-Unmodified-Since: false → 412.
 * 3. If-None-Match, where present: false → 304 for GET and HEAD, 412 for every other method.
 * 4. Otherwise, for GET and HEAD, If-Modified-Since: false → 304.
 *
 * Step 5, If-Range, belongs to the range: see `evaluateRange`.
 *
 * @see RFC 9110 §13.2.2
 */
export function evaluatePreconditions(
  method: string,
  preconditions: Preconditions,
  selected: Representation,
): PreconditionOutcome {
  const { ifMatch, ifUnmodifiedSince, ifNoneMatch, ifModifiedSince } = preconditions;
  const { validators } = selected;
  const retrieval = method === "GET" || method === "HEAD";

  if (ifMatch !== undefined) {
    if (!isMatch(ifMatch, validators)) return "precondition-failed";
  } else if (ifUnmodifiedSince !== undefined && isModifiedSince(ifUnmodifiedSince, selected)) {
    return "precondition-failed";
  }

  if (ifNoneMatch !== undefined) {
    if (isNoneMatch(ifNoneMatch, validators)) return "proceed";
    return retrieval ? "not-modified" : "precondition-failed";
  }
  if (retrieval && ifModifiedSince !== undefined && isUnmodifiedSince(ifModifiedSince, selected)) {
    return "not-modified";
  }
  return "proceed";
}

/** @see RFC 9110 §13.1.1: strong comparison, so a weak tag never matches. */
function isMatch(condition: EntityTagCondition, { entityTag }: Validators): boolean {
  if (condition === "*") return true;
  return entityTag !== undefined && condition.some((tag) => stronglyEqual(tag, entityTag));
}

/** @see RFC 9110 §13.1.2: weak comparison. */
function isNoneMatch(condition: EntityTagCondition, { entityTag }: Validators): boolean {
  if (condition === "*") return false;
  return entityTag === undefined || !condition.some((tag) => weaklyEqual(tag, entityTag));
}

/** @see RFC 9110 §13.1.4: without a modification date the field is ignored. */
function isModifiedSince(condition: DateCondition, { validators }: Representation): boolean {
  return validators.lastModified !== undefined && validators.lastModified > condition.date;
}

/** @see RFC 9110 §13.1.3. A length that the client sent along must match too: it knew a copy of another size. */
function isUnmodifiedSince(condition: DateCondition, { validators, length }: Representation): boolean {
  if (condition.length !== undefined && condition.length !== BigInt(length)) return false;
  return validators.lastModified !== undefined && validators.lastModified <= condition.date;
}
