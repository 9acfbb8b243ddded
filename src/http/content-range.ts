import { trimOptionalWhitespace } from "./field-syntax.ts";

/**
 * What a Content-Range field says: which bytes are enclosed, of how many (undefined: the sender doesn't
 * know); or, beside a 416, only how many there are.
 *
 * @see RFC 9110 §14.4
 */
export type ContentRange =
  | {
      readonly kind: "range";
      readonly firstPos: number;
      readonly lastPos: number;
      readonly completeLength: number | undefined;
    }
  | { readonly kind: "unsatisfied"; readonly completeLength: number };

const RANGE = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i;
const UNSATISFIED = /^bytes \*\/(\d+)$/i;

/** `bytes 0-4/1000`, for a 206. All three in bytes, `lastPos` inclusive. */
export function formatContentRange(firstPos: number, lastPos: number, completeLength: number): string {
  return `bytes ${firstPos}-${lastPos}/${completeLength}`;
}

/** For a 416: only how long the representation is, in bytes. */
export function formatUnsatisfiedRange(completeLength: number): string {
  return `bytes */${completeLength}`;
}

/**
 * The value of a Content-Range field, or undefined where it has another unit, is malformed, contradicts
 * itself, or counts past `Number.MAX_SAFE_INTEGER`: nobody may splice bytes at a place that is only nearly
 * right.
 */
export function parseContentRange(text: string): ContentRange | undefined {
  const trimmed = trimOptionalWhitespace(text);
  const unsatisfied = UNSATISFIED.exec(trimmed);
  if (unsatisfied !== null) {
    const completeLength = Number(unsatisfied[1]);
    return Number.isSafeInteger(completeLength) ? { kind: "unsatisfied", completeLength } : undefined;
  }

  const range = RANGE.exec(trimmed);
  if (range === null) return undefined;
  const firstPos = Number(range[1]);
  const lastPos = Number(range[2]);
  const completeLength = range[3] === "*" ? undefined : Number(range[3]);
  return isConsistent(firstPos, lastPos, completeLength)
    ? { kind: "range", firstPos, lastPos, completeLength }
    : undefined;
}

function isConsistent(firstPos: number, lastPos: number, completeLength: number | undefined): boolean {
  if (!Number.isSafeInteger(lastPos) || lastPos < firstPos) return false;
  return completeLength === undefined || (Number.isSafeInteger(completeLength) && completeLength > lastPos);
}
