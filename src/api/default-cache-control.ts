import { type ToGlob, toImmutable } from "./immutable.ts";
import { toMaxAge } from "./max-age.ts";
import type { StetOptions } from "./options.ts";

/** What one client was allowed to have is for no other. */
export const PRIVATE = "private, no-cache";

const REVALIDATED = "no-cache";
const IMMUTABLE = "max-age=31536000, immutable";

/**
 * The Cache-Control of each file for which `cacheControl` says nothing, by its path. None is `public`: without it a shared cache may not
 * store the response to a request with Authorization, and may store every other (RFC 9111 §3.5, §3).
 *
 * @throws TypeError or RangeError for an option that means nothing
 */
export function toDefaultCacheControl(
  { guard, immutable, maxAge }: StetOptions,
  toGlob: ToGlob,
): (path: string) => string {
  const isImmutable = toImmutable(immutable, toGlob);
  const usual = maxAge === undefined ? REVALIDATED : `max-age=${toMaxAge(maxAge)}`;
  const scope = guard === undefined ? "" : "private, ";
  return (path) => scope + (isListing(path) ? REVALIDATED : isImmutable(path) ? IMMUTABLE : usual);
}

/** A page that lists a directory changes with each file that is added. */
function isListing(path: string): boolean {
  return path === "" || path.endsWith("/");
}
