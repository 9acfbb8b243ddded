import { type Way, WAYS } from "../deliveries/direct.ts";
import { show } from "../sources/check-arguments.ts";
import { environmentVariable } from "./environment.ts";

/**
 * The way that large contents are to take by the environment variable `STET_LARGE`; undefined where stet is to choose.
 *
 * @throws TypeError where it names no way
 */
export function wayOfLarge(): Way | undefined {
  const given = environmentVariable("STET_LARGE");
  const way = WAYS.find((way) => way === given);
  if (way !== undefined || given === undefined) return way;
  throw new TypeError(
    `The environment variable STET_LARGE is ${WAYS.map(show).join(" or ")}, not ${show(given)}: unset it to let stet choose.`,
  );
}
