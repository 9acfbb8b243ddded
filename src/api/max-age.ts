import ms, { type StringValue } from "ms";
import { show } from "../sources/check-arguments.ts";

/** Seconds; more than this no cache can count. @see RFC 9111 §1.2.2 */
const MAX_SECONDS = 2 ** 31 - 1;

/**
 * Milliseconds of a duration such as `"1d"` or `"2 hours"`; undefined for text that is none. A number without a unit is in
 * milliseconds.
 */
export function parseDuration(text: string): number | undefined {
  // A longer text is an error of `ms` itself.
  if (text === "" || text.length > 100) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its types know no texts but durations
  return ms(text as StringValue);
}

/**
 * The option "maxAge", in seconds.
 *
 * @throws TypeError for what is no duration
 * @throws RangeError for one that is negative, that no cache can count, or that is not in whole seconds
 */
export function toMaxAge(value: unknown): number {
  const milliseconds = typeof value === "string" ? parseDuration(value) : value;
  if (typeof milliseconds !== "number" || Number.isNaN(milliseconds)) {
    throw new TypeError(
      `The option "maxAge" is milliseconds, or a duration such as "1d" or "2 hours", not ${show(value)}.`,
    );
  }
  const seconds = milliseconds / 1000;
  if (seconds < 0 || seconds > MAX_SECONDS) {
    throw new RangeError(
      `The option "maxAge" is from 0 to ${MAX_SECONDS} seconds, such as "1d", not ${show(value)}.`,
    );
  }
  if (!Number.isInteger(seconds)) throw new RangeError(adviceOn(value, milliseconds));
  return seconds;
}

/** What to write instead of a duration that isn't in whole seconds: a number without a unit was probably meant as seconds. */
function adviceOn(value: unknown, milliseconds: number): string {
  if (typeof value === "string" && /[a-z]$/i.test(value.trim())) {
    const seconds = Math.ceil(milliseconds / 1000);
    return `The option "maxAge" is a duration in whole seconds, such as "${seconds}s", not ${show(value)}.`;
  }
  const seconds = Math.ceil(milliseconds);
  return `The option "maxAge" is milliseconds, and ${milliseconds} ms are no whole seconds: write ${seconds * 1000} or "${seconds}s" for ${seconds} seconds.`;
}
