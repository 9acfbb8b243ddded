import { type EntityTag, parseEntityTag, parseEntityTagList } from "./entity-tag.ts";
import { parseHttpDate } from "./http-date.ts";
import type { RequestFields } from "./request-fields.ts";

/** `*`, or the entity tags that were listed. */
export type EntityTagCondition = readonly EntityTag[] | "*";

/** A date in seconds since the epoch; `length` in bytes where an old client appended its copy's. */
export interface DateCondition {
  readonly date: number;
  readonly length?: bigint;
}

/** `invalid` is neither an entity tag nor a date: it can never be true. */
export type RangeCondition =
  | { readonly kind: "entity-tag"; readonly entityTag: EntityTag }
  | { readonly kind: "date"; readonly date: number }
  | { readonly kind: "invalid" };

/** What a request asked for with the fields of RFC 9110 §13.1; a field that is absent or to be ignored is undefined. */
export interface Preconditions {
  readonly ifMatch: EntityTagCondition | undefined;
  readonly ifUnmodifiedSince: DateCondition | undefined;
  readonly ifNoneMatch: EntityTagCondition | undefined;
  readonly ifModifiedSince: DateCondition | undefined;
  readonly ifRange: RangeCondition | undefined;
}

export interface PreconditionSyntax {
  /**
   * Whether `If-Modified-Since: <date>; length=<bytes>` is read, as the seed's ancestors do, or is an invalid date.
   */
  readonly lengthParameter: boolean;
}

const STRICT: PreconditionSyntax = { lengthParameter: false };

/**
 * Reads the precondition fields of a request.
 *
 * @param now milliseconds since the epoch, for the two-digit years of RFC 850 dates
 * @see RFC 9110 §13.1
 */
export function parsePreconditions(
  fields: RequestFields,
  now: number,
  syntax: PreconditionSyntax = STRICT,
): Preconditions {
  return {
    ifMatch: parseEntityTagCondition(fields["if-match"]),
    ifUnmodifiedSince: parseDateCondition(fields["if-unmodified-since"], now, STRICT),
    ifNoneMatch: parseEntityTagCondition(fields["if-none-match"]),
    ifModifiedSince: parseDateCondition(fields["if-modified-since"], now, syntax),
    ifRange: parseRangeCondition(fields["if-range"], now),
  };
}

function parseEntityTagCondition(text: string | undefined): EntityTagCondition | undefined {
  // A malformed list names no tag of ours: If-None-Match then sends the whole, If-Match refuses. Both are safe.
  return text === undefined ? undefined : (parseEntityTagList(text) ?? []);
}

function parseDateCondition(
  text: string | undefined,
  now: number,
  syntax: PreconditionSyntax,
): DateCondition | undefined {
  if (text === undefined) return undefined;
  const suffix = syntax.lengthParameter ? /^([^;]*); length=(\d{1,19})$/i.exec(text) : null;
  const date = parseHttpDate(suffix?.[1] ?? text, now);
  if (date === undefined) return undefined;
  return suffix?.[2] === undefined ? { date } : { date, length: BigInt(suffix[2]) };
}

function parseRangeCondition(text: string | undefined, now: number): RangeCondition | undefined {
  if (text === undefined) return undefined;
  const entityTag = parseEntityTag(text);
  if (entityTag !== undefined) return { kind: "entity-tag", entityTag };
  const date = parseHttpDate(text, now);
  return date === undefined ? { kind: "invalid" } : { kind: "date", date };
}
