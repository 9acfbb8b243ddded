import { type BigIntStats, constants, fstatSync, readSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { FileSystem } from "./file-system.ts";
import { changeOf, type Sample, Samples } from "./samples.ts";
import { type OpenedFile, SourceError } from "./source.ts";
import { isSameVersion, isYoung } from "./version.ts";

/** Never waits for the writer of a FIFO, never becomes the owner of a terminal. Windows has neither. */
export const OPEN_FLAGS: number =
  constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/**
 * How long a file that was written to is given to become longer, before it counts as overwritten: half a second in all, since
 * its writer may have been interrupted within its `write`. Milliseconds.
 */
const WAITS = [1, 1, 2, 4, 8, 16, 32, 64, 128, 256];

export interface HeldFileOptions {
  /** How errors name the file. */
  readonly name: string;
  readonly appendOnly: boolean;
  readonly neverOverwritten: boolean;
  /** Whether it may grow while it is read: not where what was read of its end tells what else it holds. */
  readonly mayGrow: boolean;
  readonly system: FileSystem;
}

/** A file held open by its descriptor: whatever is read of it is of the version that was opened. */
export class HeldFile implements OpenedFile {
  readonly keepsItsBytes: boolean;
  readonly #descriptor: number;
  readonly #options: HeldFileOptions;
  /** Milliseconds since the epoch. */
  readonly #openedAt = Date.now();
  readonly #opened: BigIntStats;
  /** What the last look saw. */
  #stats: BigIntStats;
  #samples: Samples | undefined;
  #hasGrown = false;
  #isUnclear = false;
  #reading = 0;
  #closed = false;

  constructor(descriptor: number, stats: BigIntStats, options: HeldFileOptions) {
    this.#descriptor = descriptor;
    this.#opened = stats;
    this.#stats = stats;
    this.#options = options;
    this.keepsItsBytes = options.neverOverwritten;
  }

  read(into: Uint8Array, position: number): Promise<number> {
    return this.#using(async () => {
      const { system } = this.#options;
      const count = await system.read(this.#descriptor, into, position);
      if (count === undefined || this.#closed) throw new SourceError("changed");
      const bytes = into.subarray(0, count);
      const stats = await system.statOpen(this.#descriptor);
      if (!isSameVersion(stats, this.#stats)) await this.#acceptGrowth(stats, { position, bytes });
      this.#samples?.keepLatest({ position, bytes });
      return count;
    });
  }

  get descriptor(): number {
    return this.#closed ? -1 : this.#descriptor;
  }

  /** Whether the file has become longer since it was opened: nothing of it is then to be kept. */
  get hasGrown(): boolean {
    return this.#hasGrown;
  }

  /** Reads what tells growth from an overwrite. Nothing of the content may have been sent yet. */
  async keepSamples(): Promise<void> {
    if (!this.#options.mayGrow || this.#samples !== undefined) return;
    await this.#using(async () => {
      const { size } = this.#opened;
      this.#samples = await Samples.of(Number(size), (position, length) => this.#readAt(position, length));
      const change = changeOf(this.#stats, await this.#options.system.statOpen(this.#descriptor));
      // Read after a change, the samples may be of another version. Of a young file no version was promised: its tag is weak.
      const mayHaveGrown = change !== "overwritten" && (this.#isYoung() || this.#growsByWord());
      const isSure = change === "none" || mayHaveGrown;
      if (this.#samples === undefined || this.#closed || !isSure) throw this.#changed();
    });
  }

  /**
   * After the read, so that no byte leaves that was read after a change could be seen. A descriptor keeps a file that
   * was replaced by another, but not one that is overwritten in place.
   */
  assertUnchanged(bytes?: Uint8Array, position = 0): void {
    const stats = fstatSync(this.#descriptor, { bigint: true });
    if (!isSameVersion(stats, this.#stats)) {
      const change = this.#options.mayGrow ? changeOf(this.#stats, stats) : "overwritten";
      this.#isUnclear = change === "written";
      if (change !== "longer" || !this.#hasSamplesNow()) throw this.#changed();
      this.#grownTo(stats);
    }
    if (bytes !== undefined) this.#samples?.keepLatest({ position, bytes });
  }

  async confirmGrowth(): Promise<boolean> {
    if (!this.#isUnclear || this.#closed) return false;
    this.#isUnclear = false;
    await this.#using(async () =>
      this.#acceptGrowth(await this.#options.system.statOpen(this.#descriptor), undefined),
    );
    return true;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#letGo();
  }

  /** @throws SourceError "changed" unless the file has only become longer since it was opened */
  async #acceptGrowth(seen: BigIntStats, read: Sample | undefined): Promise<void> {
    if (!this.#options.mayGrow) throw this.#changed();
    const stats = await this.#untilLonger(seen);
    const samples = this.#evidence(read);
    for (const { position, bytes } of samples) {
      const now = await this.#readAt(position, bytes.length);
      if (now === undefined || Buffer.compare(now, bytes) !== 0) throw this.#changed();
    }
    this.#grownTo(stats);
  }

  /** The bytes that must be unchanged. Where nothing was kept of a young file, the read itself: it isn't being overwritten. */
  #evidence(read: Sample | undefined): readonly Sample[] {
    if (this.#samples !== undefined) return this.#samples.all();
    if (this.#growsByWord()) return [];
    if (read === undefined || !this.#isYoung()) throw this.#changed();
    return [read];
  }

  #hasSamplesNow(): boolean {
    return (
      this.#samples?.all().every(({ position, bytes }) => {
        const now = new Uint8Array(bytes.length);
        const count = readSync(this.#descriptor, now, 0, now.length, position);
        return count === now.length && Buffer.compare(now, bytes) === 0;
      }) ?? this.#growsByWord()
    );
  }

  /** Waits where the file was written to, but isn't longer yet. */
  async #untilLonger(seen: BigIntStats): Promise<BigIntStats> {
    let stats = seen;
    for (const wait of WAITS) {
      const change = changeOf(this.#stats, stats);
      if (change === "longer") return stats;
      if (change !== "written") break;
      await sleep(wait);
      if (this.#closed) break;
      stats = await this.#options.system.statOpen(this.#descriptor);
    }
    if (changeOf(this.#stats, stats) === "longer") return stats;
    throw this.#changed();
  }

  /** Whether it was opened so soon after a change that its entity tag is weak. */
  #isYoung(): boolean {
    return isYoung(this.#opened, this.#openedAt);
  }

  #growsByWord(): boolean {
    return this.#options.appendOnly || this.#options.neverOverwritten;
  }

  #grownTo(stats: BigIntStats): void {
    if (this.#closed) throw new SourceError("changed");
    this.#stats = stats;
    this.#hasGrown = true;
  }

  /** Undefined where the file ends before. */
  async #readAt(position: number, length: number): Promise<Uint8Array | undefined> {
    const into = new Uint8Array(length);
    const count = await this.#options.system.read(this.#descriptor, into, position);
    return count === length ? into : undefined;
  }

  #changed(): SourceError {
    return new SourceError(
      "changed",
      new Error(
        `${JSON.stringify(this.#options.name)} was overwritten or cut off while it was sent: write to a new file, and rename that to its name.`,
      ),
    );
  }

  /** Not closed meanwhile: the descriptor's number could be given to another file, or to a socket, beneath a read. */
  async #using<T>(use: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new SourceError("changed");
    this.#reading += 1;
    try {
      return await use();
    } finally {
      this.#reading -= 1;
      this.#letGo();
    }
  }

  #letGo(): void {
    if (this.#closed && this.#reading === 0) this.#options.system.close(this.#descriptor);
  }
}
