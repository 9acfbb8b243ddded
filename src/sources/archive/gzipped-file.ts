import type { Representation } from "../../decision/representation.ts";
import type { OpenRepresentation, Standing } from "../source.ts";
import type { Share } from "./shared-file.ts";
import type { InArchive } from "./stored-file.ts";

/** Deflated, no flags, no time, no name, by no system that is known. @see RFC 1952 §2.3 */
const HEAD = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

/** The CRC and the length of what was compressed, four bytes each. */
const TAIL = 8;

/** Bytes that gzip puts around a raw deflate stream. */
export const GZIP_FRAME: number = HEAD.length + TAIL;

/**
 * From this position of a content on, its check begins: whoever has read so far is likely to want all of it, and by the time
 * it gets to the end the check may be done.
 */
const EARLY = 64 * 1024;

/**
 * A deflated file as its archive holds it, with what makes gzip of it around it: what is sent isn't inflated. Its last
 * bytes, without which no client takes it for complete, are only given when the stream was found to be what the archive
 * declares.
 */
export class GzippedFile implements OpenRepresentation {
  readonly representation: Representation;
  readonly standing: Standing | undefined;
  readonly #share: Share;
  readonly #offset: number;
  readonly #tail: Uint8Array;
  readonly #check: () => Promise<void>;

  /**
   * @param content what the deflate stream is of
   * @param check finds out whether it is
   */
  constructor(
    { representation, standing, share, offset }: InArchive,
    content: { readonly crc32: number; readonly length: number },
    check: () => Promise<void>,
  ) {
    this.representation = representation;
    this.standing = standing;
    this.#share = share;
    this.#offset = offset;
    this.#tail = toTail(content);
    this.#check = check;
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    const endOfStream = this.representation.length - TAIL;
    if (position < HEAD.length) return copy(HEAD, position, into);
    if (position >= endOfStream) {
      await this.#check();
      return copy(this.#tail, position - endOfStream, into);
    }
    // What it finds is thrown at the end.
    if (position >= EARLY) this.#check().catch(() => undefined);
    const part = into.subarray(0, endOfStream - position);
    return this.#share.read(part, this.#offset + position - HEAD.length);
  }

  close(): void {
    this.#share.close();
  }
}

function toTail({ crc32, length }: { readonly crc32: number; readonly length: number }): Uint8Array {
  const tail = new DataView(new ArrayBuffer(TAIL));
  tail.setUint32(0, crc32, true);
  // Of a content of 4 GiB and more, the lower half.
  tail.setUint32(4, length, true);
  return new Uint8Array(tail.buffer);
}

function copy(from: Uint8Array, position: number, into: Uint8Array): number {
  const part = from.subarray(position, position + into.length);
  into.set(part);
  return part.length;
}
