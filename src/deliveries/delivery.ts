import type { OpenRepresentation } from "../sources/source.ts";
import type { ByteRange } from "../decision/representation.ts";
import type { FrontName } from "./front.ts";

/** How the content of an answer leaves. */
export type Delivery =
  /** No content: HEAD, 304, 204. */
  | { readonly kind: "none" }
  /** All of it at hand: it leaves in one write with the head. */
  | BytesDelivery
  /** Piece by piece, at the pace of the reader. Whoever takes it closes `open`. */
  | StreamDelivery
  /** By another server, which the head names; nothing of it leaves from here. */
  | HandedOverDelivery;

export interface HandedOverDelivery {
  readonly kind: "handed-over";
  readonly to: FrontName;
  /** Bytes of content that the other is to send. */
  readonly length: number;
}

/** Bytes of content that leave at once with the head, or that another sends. */
export function lengthAtHand(delivery: Exclude<Delivery, StreamDelivery>): number {
  if (delivery.kind === "bytes") return delivery.bytes.length;
  return delivery.kind === "handed-over" ? delivery.length : 0;
}

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
  /** Bytes of all pieces together: the Content-Length. Infinity where nobody knows before its end. */
  readonly length: number;
}

/** Bytes as they are (the head of a part), or a range of what is open. */
export type Piece = Uint8Array<ArrayBuffer> | ByteRange;
