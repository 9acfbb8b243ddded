import type { EntityTag } from "../http/entity-tag.ts";

/** One form in which a resource can be sent, as far as choosing between forms goes. */
export interface Variant {
  /** The content coding, such as `"gzip"`; undefined for the identity. */
  readonly contentCoding: string | undefined;
  /**
   * Whether the file itself is stored in this coding, as `.svgz` is: there is no other form of it, so it is sent to every client.
   * Default: false.
   */
  readonly stored?: boolean;
  /** SHA-256, in base64, of the dictionary that a client must hold to decode this variant (RFC 9842). */
  readonly dictionaryHash?: string;
}

/** What a client can compare its copy with. @see RFC 9110 §8.8 */
export interface Validators {
  readonly entityTag: EntityTag | undefined;
  /** Whole seconds since the epoch. */
  readonly lastModified: number | undefined;
}

/** Everything the judgement needs to know of the bytes that would be sent; never the bytes. */
export interface Representation extends Variant {
  /** Bytes, after the content coding; Infinity where nobody knows before its end. */
  readonly length: number;
  readonly validators: Validators;
  /** The Content-Type, such as `"text/html; charset=utf-8"`. */
  readonly mediaType: string | undefined;
  /** Whether only the file's name tells the media type: then the options `types` and `charset` apply to it. Default: false. */
  readonly mediaTypeFromName?: boolean;
  /** Whether it was chosen among several variants: its date is then no validator of its own, since they may share it. */
  readonly negotiated?: boolean;
  /** False where the bytes cannot be read from the middle: Range is then ignored. */
  readonly acceptRanges: boolean;
}

/** Positions of the first and the last byte, both included. @see RFC 9110 §14.1.2 */
export interface ByteRange {
  readonly firstPos: number;
  readonly lastPos: number;
}
