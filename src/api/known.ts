import { listingOf } from "../listing/listing.ts";
import { KnownFiles } from "../serve/known-files.ts";
import type { Policy } from "../serve/policy.ts";
import type { CacheOptions, StetOptions } from "./options.ts";

const MEBIBYTE = 1024 * 1024;

/** The same rules, with the pages that list directories where they are wanted. */
export function listing(policy: Policy, list: StetOptions["list"]): Policy {
  return list === true ? { ...policy, list: listingOf(policy.target) } : policy;
}

/** The same rules, with what is known of files kept in memory. */
export function keeping(policy: Policy, cache: StetOptions["cache"]): Policy {
  // Who may have something is asked anew for each request, and its path is found for that; a front keeps by itself.
  if (policy.admit !== undefined || policy.front !== undefined) return policy;
  const { maxBytes = 64 * MEBIBYTE, maxFileBytes = MEBIBYTE / 4 } = toCacheOptions(cache);
  return maxBytes === 0 ? policy : { ...policy, known: new KnownFiles({ maxBytes, maxFileBytes }) };
}

/** The short forms of the option, written out. */
export function toCacheOptions(cache: StetOptions["cache"]): CacheOptions {
  if (cache === false) return { maxBytes: 0 };
  return typeof cache === "number" ? { maxBytes: cache } : (cache ?? {});
}
