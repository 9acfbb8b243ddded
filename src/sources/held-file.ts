import { type BigIntStats, constants, fstatSync } from "node:fs";
import type { FileSystem } from "./file-system.ts";
import { type OpenedFile, SourceError } from "./source.ts";
import { isSameVersion } from "./version.ts";

/** Never waits for the writer of a FIFO, never becomes the owner of a terminal. Windows has neither. */
export const OPEN_FLAGS: number =
  constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

export interface HeldFileOptions {
  readonly appendOnly: boolean;
  readonly neverOverwritten: boolean;
  readonly system: FileSystem;
}

/** A file held open by its descriptor: whatever is read of it is of the version that was opened. */
export class HeldFile implements OpenedFile {
  readonly keepsItsBytes: boolean;
  readonly #descriptor: number;
  readonly #stats: BigIntStats;
  readonly #appendOnly: boolean;
  readonly #system: FileSystem;
  #reading = 0;
  #closed = false;

  constructor(descriptor: number, stats: BigIntStats, options: HeldFileOptions) {
    this.#descriptor = descriptor;
    this.#stats = stats;
    this.#appendOnly = options.appendOnly;
    this.#system = options.system;
    this.keepsItsBytes = options.neverOverwritten;
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    if (this.#closed) throw new SourceError("changed");
    this.#reading += 1;
    try {
      const count = await this.#system.read(this.#descriptor, into, position);
      if (count === undefined || this.#closed) throw new SourceError("changed");
      this.#assertSame(await this.#system.statOpen(this.#descriptor));
      return count;
    } finally {
      this.#reading -= 1;
      this.#letGo();
    }
  }

  get descriptor(): number {
    return this.#closed ? -1 : this.#descriptor;
  }

  /**
   * After the read, so that no byte leaves that was read after a change could be seen. A descriptor keeps a file that
   * was replaced by another, but not one that is overwritten in place.
   */
  assertUnchanged(): void {
    this.#assertSame(fstatSync(this.#descriptor, { bigint: true }));
  }

  #assertSame(stats: BigIntStats): void {
    if (isSameVersion(stats, this.#stats)) return;
    if (this.#appendOnly && stats.size > this.#stats.size) return;
    throw new SourceError("changed");
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#letGo();
  }

  /** Not under a read: its descriptor's number could be given to another file, or to a socket, beneath it. */
  #letGo(): void {
    if (this.#closed && this.#reading === 0) this.#system.close(this.#descriptor);
  }
}
