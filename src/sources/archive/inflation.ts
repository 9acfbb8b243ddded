import { pipeline, Readable } from "node:stream";
import { crc32, createInflateRaw, type InflateRaw } from "node:zlib";
import { checkedCount, type OpenRepresentation, SourceError } from "../source.ts";

/** Bytes read, and bytes inflated, at a time. Both wait until what was inflated is taken. */
const CHUNK = 64 * 1024;

/** A deflate stream in an archive, and what is to come out of it. */
export interface DeflateStream {
  readonly archive: Pick<OpenRepresentation, "read">;
  /** Where in the archive it begins. */
  readonly offset: number;
  /** Bytes of the stream. */
  readonly deflatedLength: number;
  /** Bytes of what is to come out. */
  readonly length: number;
  /** Of what is to come out. */
  readonly crc32: number;
}

/**
 * One inflating of a deflate stream, from its first byte on. It never gives more bytes than were declared; and the last of
 * those only when the stream has ended there, and their CRC is the one that was declared. So a client never gets for
 * complete what isn't.
 */
export class Inflation {
  /** The position of the first byte that can still be read. */
  position = 0;
  readonly #stream: DeflateStream;
  readonly #inflate: InflateRaw;
  readonly #chunks: AsyncIterator<Uint8Array>;
  /** What was inflated last, from `position` on. */
  #chunk: Uint8Array = new Uint8Array(0);
  #crc32 = 0;

  constructor(stream: DeflateStream) {
    this.#stream = stream;
    this.#inflate = createInflateRaw({ chunkSize: CHUNK });
    // What goes wrong is told to whoever reads.
    pipeline(Readable.from(bytesOf(stream), { objectMode: false }), this.#inflate, () => undefined);
    this.#chunks = this.#inflate[Symbol.asyncIterator]();
  }

  /** @param position from `this.position` on, before the end */
  async read(into: Uint8Array, position: number): Promise<number> {
    try {
      while (position >= this.position + this.#chunk.length) {
        this.position += this.#chunk.length;
        this.#chunk = await this.#next();
      }
    } catch (error) {
      throw error instanceof SourceError ? error : new SourceError("failed", error);
    }
    const part = this.#chunk.subarray(position - this.position).subarray(0, into.length);
    into.set(part);
    return part.length;
  }

  /** Bytes of the deflate stream that were needed for what has come out so far. */
  get consumed(): number {
    return this.#inflate.bytesWritten;
  }

  close(): void {
    this.#inflate.destroy();
  }

  async #next(): Promise<Uint8Array> {
    const { length, crc32: declared } = this.#stream;
    const { value: chunk, done } = await this.#chunks.next();
    if (done === true) throw new Error("A deflated file is shorter than its archive says.");
    this.#crc32 = crc32(chunk, this.#crc32);
    const end = this.position + chunk.length;
    if (end > length || (end === length && !(await this.#isAtEnd()))) {
      throw new Error("A deflated file is longer than its archive says.");
    }
    if (end === length && this.#crc32 !== declared) {
      throw new Error("A deflated file has another CRC than its archive says.");
    }
    return chunk;
  }

  async #isAtEnd(): Promise<boolean> {
    return (await this.#chunks.next()).done === true;
  }
}

async function* bytesOf({ archive, offset, deflatedLength }: DeflateStream): AsyncGenerator<Uint8Array> {
  const end = offset + deflatedLength;
  for (let position = offset; position < end;) {
    const chunk = new Uint8Array(Math.min(CHUNK, end - position));
    const count = checkedCount(await archive.read(chunk, position), chunk);
    yield chunk.subarray(0, count);
    position += count;
  }
}
