import type { OpenRepresentation } from "../sources/source.ts";

/** What a source has found or opened, as far as its length goes. */
export type Measured = Pick<OpenRepresentation, "representation" | "bytes">;

/**
 * Every Content-Length and Content-Range is computed from the length that a source reports. A fraction, or a length other
 * than that of the bytes which are sent, makes a response whose end its reader can't find: on a persistent connection the
 * next response is then read from the wrong place.
 *
 * @throws RangeError where the length is not a number of bytes, or not that of the bytes at hand
 * @see RFC 9110 §8.6, RFC 9112 §6.3
 */
export function assertLength({ representation, bytes }: Measured): void {
  const { length, acceptRanges } = representation;
  if (bytes !== undefined && bytes.length !== length) {
    throw new RangeError(
      `A source reports a length of ${length} for ${bytes.length} bytes: report their own length.`,
    );
  }
  if (Number.isSafeInteger(length) && length >= 0) return;
  if (length !== Infinity) {
    throw new RangeError(
      `The "length" of a representation is a whole number of bytes, or Infinity where it is unknown, not ${String(length)}.`,
    );
  }
  // No Content-Range can be computed without it.
  if (acceptRanges) {
    throw new RangeError(
      'A representation with the length Infinity accepts no ranges: write "acceptRanges: false".',
    );
  }
}
