import type { HeldFile } from "../held-file.ts";
import { type OpenRepresentation, SourceError } from "../source.ts";

/** One descriptor for all who read one version of an archive: opened for the first of them, closed behind the last. */
export class SharedFile {
  readonly #open: () => Promise<HeldFile | undefined>;
  #opened: Promise<HeldFile | undefined> | undefined;
  #readers = 0;

  /** @param open gives undefined where the version can no longer be opened */
  constructor(open: () => Promise<HeldFile | undefined>) {
    this.#open = open;
  }

  /** Whoever takes a share closes it. */
  async share(): Promise<Share | undefined> {
    this.#readers += 1;
    let share: Share | undefined;
    try {
      this.#opened ??= this.#open();
      const file = await this.#opened;
      share = file && new Share(file, () => this.#release());
    } finally {
      if (share === undefined) this.#release();
    }
    return share;
  }

  #release(): void {
    this.#readers -= 1;
    if (this.#readers > 0) return;
    const opened = this.#opened;
    this.#opened = undefined;
    opened?.then((file) => file?.close()).catch(() => undefined);
  }
}

/** One reader's share of a descriptor. */
export class Share implements Pick<OpenRepresentation, "read" | "close"> {
  readonly keepsItsBytes: boolean;
  readonly #file: HeldFile;
  readonly #release: () => void;
  #closed = false;

  constructor(file: HeldFile, release: () => void) {
    this.#file = file;
    this.#release = release;
    this.keepsItsBytes = file.keepsItsBytes;
  }

  read(into: Uint8Array, position: number): Promise<number> {
    return this.#closed ? Promise.reject(new SourceError("changed")) : this.#file.read(into, position);
  }

  get descriptor(): number {
    return this.#closed ? -1 : this.#file.descriptor;
  }

  assertUnchanged(): void {
    this.#file.assertUnchanged();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#release();
  }
}
