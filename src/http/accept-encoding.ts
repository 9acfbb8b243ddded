import { parseWeightedList } from "./weighted-list.ts";

/** Which content codings a peer takes, and how gladly. */
export interface AcceptEncoding {
  /** By lower-cased coding; `*` for those not listed. */
  readonly weights: ReadonlyMap<string, number>;
}

// Less than the least qvalue, 0.001: whatever the peer took the trouble to list comes first.
const UNLISTED_IDENTITY = 0.0005;

// A peer that says nothing takes any coding, by the letter; but many such can't undo one. None goes unasked.
const NO_FIELD: AcceptEncoding = { weights: new Map([["identity", 1]]) };

/** @see RFC 9110 §8.4.1.1, §8.4.1.3 */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["x-compress", "compress"],
  ["x-gzip", "gzip"],
]);

/**
 * The value of an Accept-Encoding field; undefined stands for no field at all.
 *
 * @see RFC 9110 §12.5.3
 */
export function parseAcceptEncoding(text: string | undefined): AcceptEncoding {
  if (text === undefined) return NO_FIELD;

  const weights = new Map<string, number>();
  for (const [name, weight] of parseWeightedList(text)) {
    const coding = canonicalCoding(name);
    weights.set(coding, Math.max(weight, weights.get(coding) ?? 0));
  }
  return { weights };
}

/**
 * The weight, 0 (not acceptable) to 1, of `coding`, such as `"gzip"`, or `"identity"` for none.
 *
 * Identity is acceptable unless it was excluded, by `identity;q=0` or by `*;q=0`.
 */
export function codingWeight(accept: AcceptEncoding, coding: string): number {
  const name = canonicalCoding(coding.toLowerCase());
  const unlisted = name === "identity" ? UNLISTED_IDENTITY : 0;
  return accept.weights.get(name) ?? accept.weights.get("*") ?? unlisted;
}

function canonicalCoding(name: string): string {
  return ALIASES.get(name) ?? name;
}
