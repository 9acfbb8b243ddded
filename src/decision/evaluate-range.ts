import { stronglyEqual } from "../http/entity-tag.ts";
import type { RangeCondition } from "../http/preconditions.ts";
import { parseByteRanges, type RangeSpec } from "../http/ranges-specifier.ts";
import { multipartLength } from "./multipart.ts";
import type { ByteRange, Representation } from "./representation.ts";

/** `ignored` means that the whole is sent. */
export type RangeOutcome =
  | { readonly kind: "ignored" }
  | { readonly kind: "unsatisfiable" }
  | { readonly kind: "satisfiable"; readonly ranges: readonly ByteRange[] };

const IGNORED: RangeOutcome = { kind: "ignored" };
const UNSATISFIABLE: RangeOutcome = { kind: "unsatisfiable" };

/** More ranges than any client needs in one request, and far fewer than an attack does (CVE-2011-3192). */
const MAXIMUM_RANGES = 64;

/** A gap smaller than this costs less to send than the head of another part. @see RFC 9110 §15.3.7.2 */
const SMALLEST_GAP = 80;

/** How many bytes several parts may cost beyond the whole before the whole is sent instead. */
const MAXIMUM_EXCESS = 4096;

/** A date is strong once it is this old: the file was not written again within its second. Milliseconds. */
const STRONG_DATE_AGE = 2000;

/**
 * Resolves a Range field against the selected representation. The caller has made sure that the method is GET.
 *
 * @param ifRange the parsed If-Range: where it is false the range is ignored
 * @param now milliseconds since the epoch
 * @see RFC 9110 §14.2, §13.1.5
 */
export function evaluateRange(
  range: string | undefined,
  ifRange: RangeCondition | undefined,
  selected: Representation,
  now: number,
): RangeOutcome {
  // No Content-Range can name a part of nothing, so an empty representation is sent whole.
  if (range === undefined || !selected.acceptRanges || selected.length === 0) return IGNORED;
  if (ifRange !== undefined && !isSameVersion(ifRange, selected, now)) return IGNORED;
  const specs = parseRanges(range);
  if (specs === undefined) return IGNORED;
  const satisfiable = specs.flatMap((spec) => resolve(spec, selected.length) ?? []);
  if (satisfiable.length === 0) return UNSATISFIABLE;
  const ranges = coalesce(satisfiable);
  return isSendable(ranges, selected) ? { kind: "satisfiable", ranges } : IGNORED;
}

/** The ranges of a Range field; undefined where the field is to be ignored. */
export function parseRanges(range: string): readonly RangeSpec[] | undefined {
  const specs = parseByteRanges(range);
  return specs === undefined || specs.length > MAXIMUM_RANGES ? undefined : specs;
}

/**
 * Whether the client's part is of the very bytes that would be sent. A guess here splices two versions into one file,
 * so a tag must be strong and equal, and a date equal, old enough to be strong, and of the only variant there is: `gzip -k`
 * gives a coded sibling the date of the file itself.
 */
function isSameVersion(condition: RangeCondition, selected: Representation, now: number): boolean {
  const { entityTag, lastModified } = selected.validators;
  switch (condition.kind) {
    case "entity-tag":
      return entityTag !== undefined && stronglyEqual(condition.entityTag, entityTag);
    case "date":
      return (
        selected.negotiated !== true &&
        lastModified !== undefined &&
        condition.date === lastModified &&
        now - lastModified * 1000 >= STRONG_DATE_AGE
      );
    case "invalid":
      return false;
  }
}

/** The bytes that a range names in a representation of `length` > 0 bytes; undefined where it names none. */
function resolve(spec: RangeSpec, length: number): ByteRange | undefined {
  if ("suffixLength" in spec) {
    if (spec.suffixLength === 0) return undefined;
    return { firstPos: Math.max(0, length - spec.suffixLength), lastPos: length - 1 };
  }
  if (spec.firstPos >= length) return undefined;
  return { firstPos: spec.firstPos, lastPos: Math.min(spec.lastPos ?? length - 1, length - 1) };
}

/** Joins ranges that overlap or nearly touch; each stands where the first of those it joins was asked for. */
function coalesce(ranges: readonly ByteRange[]): readonly ByteRange[] {
  if (ranges.length === 1) return ranges;
  const byPosition = ranges
    .map((range, order) => ({ ...range, order }))
    .toSorted((a, b) => a.firstPos - b.firstPos);
  const joined: { firstPos: number; lastPos: number; order: number }[] = [];
  for (const range of byPosition) {
    const last = joined.at(-1);
    if (last !== undefined && range.firstPos - last.lastPos - 1 < SMALLEST_GAP) {
      last.lastPos = Math.max(last.lastPos, range.lastPos);
      last.order = Math.min(last.order, range.order);
    } else {
      joined.push({ ...range });
    }
  }
  return joined.toSorted((a, b) => a.order - b.order).map(({ firstPos, lastPos }) => ({ firstPos, lastPos }));
}

/** One range of bytes is always cheaper than the whole; several may not be, or may not be sendable. */
function isSendable(ranges: readonly ByteRange[], selected: Representation): boolean {
  if (ranges.length === 1) return true;
  // Content-Encoding would be read as the coding of the envelope, which isn't coded; only its parts are.
  if (selected.contentCoding !== undefined) return false;
  return multipartLength(ranges, selected) <= selected.length + MAXIMUM_EXCESS;
}
