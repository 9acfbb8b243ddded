import { show } from "../../sources/check-arguments.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365.25 * DAY;

/** Milliseconds of each unit, by its letters. */
const UNITS: readonly (readonly [names: RegExp, milliseconds: number])[] = [
  [/^(?:|ms|msecs?|milliseconds?)$/, 1],
  [/^(?:s|secs?|seconds?)$/, SECOND],
  [/^(?:m|mins?|minutes?)$/, MINUTE],
  [/^(?:h|hrs?|hours?)$/, HOUR],
  [/^(?:d|days?)$/, DAY],
  [/^(?:w|weeks?)$/, 7 * DAY],
  [/^(?:y|yrs?|years?)$/, YEAR],
];

const DURATION = /^(\d+(?:\.\d+)?|\.\d+) *([a-z]*)$/i;

/** serve-static sends no more than a year. */
const MOST = 365 * DAY;

/**
 * The whole seconds of a `maxAge` as serve-static takes it: milliseconds, or text such as `"1d"` or `"2 hours"`.
 *
 * @throws TypeError for what is no duration: serve-static would take it for 0
 */
export function toMaxAge(value: unknown): number {
  const milliseconds = typeof value === "string" ? parseDuration(value) : value;
  if (typeof milliseconds === "number" && milliseconds >= 0)
    return Math.floor(Math.min(milliseconds, MOST) / SECOND);
  throw new TypeError(
    `The option "maxAge" is milliseconds, or a duration such as "1d" or "2 hours", not ${show(value)}.`,
  );
}

function parseDuration(text: string): number | undefined {
  const [, amount, letters] = DURATION.exec(text) ?? [];
  const unit = UNITS.find(([names]) => letters !== undefined && names.test(letters.toLowerCase()))?.[1];
  return unit === undefined ? undefined : Number(amount) * unit;
}
