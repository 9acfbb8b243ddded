import type { RequestHead } from "../serve/request-head.ts";
import { decodeSegment } from "../target/decode-segment.ts";
import { segmentMalformation } from "../target/segment-policy.ts";

/**
 * What a router's pattern has matched in front of its wildcard: of `/static/*` the first segment, however it is spelt in
 * the request. Without a wildcard, nothing.
 *
 * @param pattern as Fastify, Hono and h3 write it: `/static/*`, `/:site/files/**`
 * @param pathname as sent
 * @returns undefined where the path's segments aren't those of the pattern: the router has read another path
 */
export function matchedMount(pattern: string, pathname: string): string | undefined {
  const [front = "", ...wildcard] = pattern.split("*");
  if (wildcard.length === 0) return "";
  let end = 0;
  for (const expected of front.split("/").slice(1, -1)) {
    if (end === pathname.length) return undefined;
    const slash = pathname.indexOf("/", end + 1);
    const next = slash === -1 ? pathname.length : slash;
    if (!matches(expected, pathname.slice(end + 1, next))) return undefined;
    end = next;
  }
  return pathname.slice(0, end);
}

// A parameter, an escaped colon or an expression: only the router knows what matches it.
const NOT_LITERAL = /[:(){}?+\\]/;

/** Whether a segment as sent is the pattern's. A router may ignore its case. */
function matches(expected: string, segment: string): boolean {
  if (segment === expected || NOT_LITERAL.test(expected)) return true;
  const decoded = decodeSegment(segment);
  return decoded !== undefined && decoded.toLowerCase() === toDecoded(expected).toLowerCase();
}

/** Fastify's patterns are written decoded, h3's may be written encoded. */
function toDecoded(expected: string): string {
  return decodeSegment(expected) ?? expected;
}

/** Takes a mount off the front of a target; undefined where the target isn't below it. */
export function takeMount(
  mount: string,
  target: string,
): Pick<RequestHead, "target" | "mount" | "ambiguous"> | undefined {
  if (mount === "") return { target };
  const rest = target.startsWith(mount) ? target.slice(mount.length) : undefined;
  const ambiguous = isCanonicalMount(mount) ? undefined : true;
  if (rest?.startsWith("/") === true)
    return { target: rest, mount: { pathname: mount, bare: false }, ambiguous };
  if (rest === "" || rest?.startsWith("?") === true) {
    return { target: `/${rest}`, mount: { pathname: mount, bare: true }, ambiguous };
  }
  return undefined;
}

const PLAIN_MOUNT = /^(?:\/[\w-]+)+$/;

/**
 * Whether what a router took off the front has canonical segments alone. What isn't so the router has repaired: Express 4
 * takes `/static/` off `/static//admin`, and a guard of `/static/admin` isn't asked.
 *
 * @param pathname as sent
 */
export function isCanonicalMount(pathname: string): boolean {
  return PLAIN_MOUNT.test(pathname) || pathname.split("/").slice(1).every(isCanonicalSegment);
}

function isCanonicalSegment(segment: string): boolean {
  const decoded = decodeSegment(segment);
  return decoded !== undefined && segmentMalformation(decoded) === undefined;
}
