import { show } from "../../sources/check-arguments.ts";
import { parseDuration } from "../max-age.ts";

/** serve-static sends no more than a year. Milliseconds. */
const MAX_AGE = 365 * 24 * 60 * 60 * 1000;

/**
 * The whole seconds of a `maxAge` as serve-static takes it: milliseconds, or text such as `"1d"` or `"2 hours"`.
 *
 * @throws TypeError for what is no duration: serve-static would take it for 0
 */
export function toMaxAge(value: unknown): number {
  const milliseconds = typeof value === "string" ? parseDuration(value) : value;
  if (typeof milliseconds === "number" && milliseconds >= 0)
    return Math.floor(Math.min(milliseconds, MAX_AGE) / 1000);
  throw new TypeError(
    `The option "maxAge" is milliseconds, or a duration such as "1d" or "2 hours", not ${show(value)}.`,
  );
}
