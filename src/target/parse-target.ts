import { decodeSegment } from "./decode-segment.ts";
import { toOriginForm } from "./origin-form.ts";
import { nameRefusal, segmentMalformation, type SegmentPolicy } from "./segment-policy.ts";
import type { TargetPath } from "./target-path.ts";
import { exceedsUtf8Length } from "./utf8-length.ts";

/** What a source is mounted under, and which of its names are served. */
export interface TargetPolicy extends SegmentPolicy {
  /** The path the source is mounted under: canonical and decoded, without a slash at either end; "" for none. */
  readonly prefix: string;
}

/** A target that is not served. `reason` is for a log line: it never quotes the target. */
interface RefusedTarget {
  readonly kind: "refused";
  /** 400 for a target that is malformed or not canonical, 404 for a name that the policy does not serve. */
  readonly status: 400 | 404;
  readonly reason: string;
}

/** A target that stands under the prefix and may be looked for. */
interface PathTarget {
  readonly kind: "path";
  /** Relative to the prefix. */
  readonly path: TargetPath;
  /** The target's path ended in "/"; so does the root's. */
  readonly slash: boolean;
  /** The query as sent: "" or "?" and what followed. */
  readonly search: string;
  /** The path as sent, in origin-form: still percent-encoded, the prefix included. */
  readonly pathname: string;
}

/** A target that is not under the prefix: another handler's to answer. */
interface OutsideTarget {
  readonly kind: "outside";
}

/** What a request target asks for. */
export type ParsedTarget =
  | PathTarget
  | RefusedTarget
  | OutsideTarget
  /** The "*" of `OPTIONS *`. */
  | { readonly kind: "asterisk" };

const OUTSIDE: OutsideTarget = { kind: "outside" };

/** PATH_MAX of the common platforms, in bytes; a longer path cannot be opened, so it is not looked for. */
const LONGEST_PATH = 4096;

// Anything but visible ASCII without "#". Checked in the query as well: what is refused here can neither split a request
// line nor make a Location field that throws. A raw byte above 0x7F, which Node's HTTP/2 lets through, is refused too: every
// router takes it for a character of Latin-1, not for a byte of UTF-8.
const FORBIDDEN_CHARACTER = /[^!"$-~]/;

/**
 * Reads a request target into the canonical path it asks for, or the reason it is refused.
 *
 * A target that is not canonical is refused, never repaired: routers, proxies and file systems repair differently, and
 * what one of them guards another would serve. A path outside the prefix is not judged beyond the segment that shows
 * it, since its handler may have other rules.
 *
 * @param target as sent
 * @see RFC 9112 §3.2, RFC 3986 §3.3
 */
export function parseTarget(target: string, policy: TargetPolicy): ParsedTarget {
  if (target === "*") return { kind: "asterisk" };
  if (FORBIDDEN_CHARACTER.test(target)) return malformed("a character that no target may hold");
  const originForm = toOriginForm(target);
  if (originForm === undefined) return malformed("neither origin-form nor absolute-form");

  const query = originForm.indexOf("?");
  const pathname = query === -1 ? originForm : originForm.slice(0, query);
  const canonical = readSegments(pathname, policy.prefix);
  if (canonical.kind !== "segments") return canonical;

  const refusal = firstNameRefusal(canonical.segments, policy);
  if (refusal !== undefined) return unserved(refusal);
  const path = canonical.segments.join("/");
  if (!isOpenable(path)) return unserved("a path longer than 4096 bytes");
  return {
    kind: "path",
    path,
    slash: pathname.endsWith("/"),
    search: query === -1 ? "" : originForm.slice(query),
    pathname,
  };
}

/** Canonical segments, below the prefix. */
interface Segments {
  readonly kind: "segments";
  readonly segments: readonly string[];
}

/** The decoded segments below the prefix. */
function readSegments(pathname: string, prefix: string): Segments | RefusedTarget | OutsideTarget {
  const expected = prefix === "" ? [] : prefix.split("/");
  const raw = rawSegments(pathname);
  const segments: string[] = [];
  for (const [index, rawSegment] of raw.entries()) {
    const segment = decodeSegment(rawSegment);
    if (segment === undefined) return malformed("a malformed percent-escape, or bytes that are not UTF-8");
    const malformation = segmentMalformation(segment);
    if (malformation !== undefined) return malformed(malformation);
    if (index >= expected.length) segments.push(segment);
    else if (segment !== expected[index]) return OUTSIDE;
  }
  return raw.length < expected.length ? OUTSIDE : { kind: "segments", segments };
}

/** What stands between the slashes; one slash at the end is no segment. */
function rawSegments(pathname: string): string[] {
  const segments = pathname.slice(1).split("/");
  if (segments.at(-1) === "") segments.pop();
  return segments;
}

/** Why the policy does not serve one of the names, or `undefined`. */
function firstNameRefusal(segments: readonly string[], policy: TargetPolicy): string | undefined {
  for (const [index, segment] of segments.entries()) {
    if (index === 0 && segment === ".well-known") continue; // RFC 8615: public by definition
    const refusal = nameRefusal(segment, policy);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** The last of the judgements: canonical segments, joined, are a `TargetPath` where they are not too long. */
function isOpenable(path: string): path is TargetPath {
  return !exceedsUtf8Length(path, LONGEST_PATH);
}

function malformed(reason: string): RefusedTarget {
  return { kind: "refused", status: 400, reason };
}

function unserved(reason: string): RefusedTarget {
  return { kind: "refused", status: 404, reason };
}
