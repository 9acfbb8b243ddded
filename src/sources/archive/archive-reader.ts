import { setImmediate } from "node:timers/promises";
import type { HeldFile } from "../held-file.ts";
import { readInto } from "../source.ts";

/** Bytes read at a time: what an archive tells of its files are small pieces, most of them one behind another. */
const WINDOW = 64 * 1024;

/** Reads what an archive tells of itself. */
export class ArchiveReader {
  /** Bytes of the whole archive. */
  readonly length: number;
  readonly #file: HeldFile;
  #window: Buffer<ArrayBuffer> = Buffer.alloc(0);
  #start = 0;

  constructor(file: HeldFile, length: number) {
    this.#file = file;
    this.length = length;
  }

  /**
   * The bytes from a position on.
   *
   * @throws Error where the archive ends before, SourceError where it can't be read
   */
  async bytes(position: number, length: number): Promise<Buffer<ArrayBuffer>> {
    // Not ">": a position that is no number that can be counted with is beyond the end, too.
    if (!(position >= 0 && position + length <= this.length)) {
      throw new Error(`It ends before byte ${position + length}: it may have been cut off.`);
    }
    if (position < this.#start || position + length > this.#start + this.#window.length) {
      await this.#moveTo(position, length);
    }
    const start = position - this.#start;
    return this.#window.subarray(start, start + length);
  }

  async #moveTo(position: number, length: number): Promise<void> {
    // A directory of thousands of files is read between the requests for them, not in place of them.
    await setImmediate();
    const window = Buffer.allocUnsafe(Math.min(Math.max(WINDOW, length), this.length - position));
    await readInto(this.#file, window, position);
    this.#window = window;
    this.#start = position;
  }
}
