import type { OpenRepresentation } from "../sources/source.ts";
import type { ByteRange } from "../decision/representation.ts";

/** How the content of an answer leaves. */
export type Delivery =
  /** No content: HEAD, 304, 204. */
  | { readonly kind: "none" }
  /** All of it at hand: it leaves in one write with the head. */
  | BytesDelivery
  /** Piece by piece, at the pace of the reader. Whoever takes it closes `open`. */
  | StreamDelivery;

export interface BytesDelivery {
  readonly kind: "bytes";
  readonly bytes: Uint8Array<ArrayBuffer>;
  /**
   * Bytes of memory in front of them that are nobody's: a head written there leaves with them in one write, and nothing
   * has to be copied. Default: 0.
   */
  readonly room?: number;
}

export interface StreamDelivery {
  readonly kind: "stream";
  readonly open: OpenRepresentation;
  /** What to write, in order. */
  readonly pieces: readonly Piece[];
  /** Bytes of all pieces together: the Content-Length. */
  readonly length: number;
}

/** Bytes as they are (the head of a part), or a range of what is open. */
export type Piece = Uint8Array<ArrayBuffer> | ByteRange;
