import { trimOptionalWhitespace } from "./field-syntax.ts";

/**
 * One range as it was asked for, before the length of the representation is known: from `firstPos` through
 * `lastPos` (undefined: to the end), or the last `suffixLength` bytes.
 *
 * @see RFC 9110 §14.1.1
 */
export type RangeSpec =
  { readonly firstPos: number; readonly lastPos: number | undefined } | { readonly suffixLength: number };

const BYTES_UNIT = /^bytes=/i;
const RANGE_SPEC = /^(\d*)-(\d*)$/;

/**
 * The ranges of a Range field, in their order, or undefined where the field is to be ignored: it has another
 * unit, or it isn't valid. One invalid range makes the whole set invalid.
 *
 * Positions past `Number.MAX_SAFE_INTEGER` become it: no representation reaches there.
 *
 * @see RFC 9110 §14.2
 */
export function parseByteRanges(text: string): readonly RangeSpec[] | undefined {
  const trimmed = trimOptionalWhitespace(text);
  const unit = BYTES_UNIT.exec(trimmed);
  if (unit === null) return undefined;

  const ranges: RangeSpec[] = [];
  for (const element of trimmed.slice(unit[0].length).split(",")) {
    const member = trimOptionalWhitespace(element);
    if (member === "") continue;
    const range = parseRangeSpec(member);
    if (range === undefined) return undefined;
    ranges.push(range);
  }
  return ranges.length === 0 ? undefined : ranges;
}

function parseRangeSpec(text: string): RangeSpec | undefined {
  const match = RANGE_SPEC.exec(text);
  if (match === null) return undefined;
  const [, first = "", last = ""] = match;

  if (first === "") return last === "" ? undefined : { suffixLength: saturate(last) };
  if (last === "") return { firstPos: saturate(first), lastPos: undefined };
  if (isLess(last, first)) return undefined;
  return { firstPos: saturate(first), lastPos: saturate(last) };
}

function saturate(digits: string): number {
  return Math.min(Number(digits), Number.MAX_SAFE_INTEGER);
}

/** Compares digits, not numbers: past 2^53 two different positions can be the same number. */
function isLess(a: string, b: string): boolean {
  const left = stripLeadingZeros(a);
  const right = stripLeadingZeros(b);
  return left.length === right.length ? left < right : left.length < right.length;
}

function stripLeadingZeros(digits: string): string {
  return digits.replace(/^0+/, "");
}
