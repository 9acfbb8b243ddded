import { formatPartHead, formatPartsEnd } from "../http/multipart-byteranges.ts";
import type { ByteRange, Representation } from "./representation.ts";

/** Characters of a boundary, so that a length can be told before a boundary is drawn. */
export const BOUNDARY_LENGTH = 32;

const ANY_BOUNDARY = "-".repeat(BOUNDARY_LENGTH);

/** A head to write, then the bytes of its range. */
export interface Part {
  readonly head: string;
  readonly range: ByteRange;
}

/** The parts of a multipart/byteranges content, in order. @see RFC 9110 §14.6 */
export function toParts(
  ranges: readonly ByteRange[],
  { mediaType, length }: Pick<Representation, "mediaType" | "length">,
  boundary: string,
): readonly Part[] {
  return ranges.map((range) => ({
    head: formatPartHead(boundary, mediaType, range.firstPos, range.lastPos, length),
    range,
  }));
}

/** Bytes of the whole multipart/byteranges content; every head is ASCII. */
export function multipartLength(
  ranges: readonly ByteRange[],
  selected: Pick<Representation, "mediaType" | "length">,
): number {
  return toParts(ranges, selected, ANY_BOUNDARY).reduce(
    (total, { head, range }) => total + head.length + rangeLength(range),
    formatPartsEnd(ANY_BOUNDARY).length,
  );
}

/** Bytes of a range. */
export function rangeLength({ firstPos, lastPos }: ByteRange): number {
  return lastPos - firstPos + 1;
}
