import { formatContentRange } from "./content-range.ts";

/**
 * What stands before the bytes of one part of a `multipart/byteranges` body. It begins with the line break
 * that ends the part before; in front of the first part that is an empty preamble, which RFC 2046 allows, so
 * every part's head has the same shape and the body's length is a plain sum.
 *
 * Positions and length in bytes, `lastPos` inclusive.
 *
 * @see RFC 9110 §14.6
 */
export function formatPartHead(
  boundary: string,
  mediaType: string | undefined,
  firstPos: number,
  lastPos: number,
  completeLength: number,
): string {
  const contentType = mediaType === undefined ? "" : `Content-Type: ${mediaType}\r\n`;
  const contentRange = `Content-Range: ${formatContentRange(firstPos, lastPos, completeLength)}\r\n`;
  return `\r\n--${boundary}\r\n${contentType}${contentRange}\r\n`;
}

/** What stands behind the bytes of the last part. */
export function formatPartsEnd(boundary: string): string {
  return `\r\n--${boundary}--\r\n`;
}
