import type { OpenRepresentation, Resource, Source } from "../../src/index.ts";
import { LONG_AGO } from "./folder.ts";

/** A source of one file of zeros, `large.bin`, which tells how much of it has been asked for. */
export class PulledSource implements Source {
  readonly length: number;
  /** Bytes that were read so far. */
  pulled = 0;
  /** How often it stands open. */
  opened = 0;

  constructor(length: number) {
    this.length = length;
  }

  find(path: string): Promise<Resource | undefined> {
    if (path !== "large.bin") return Promise.resolve(undefined);
    const variants = [{ contentCoding: undefined }];
    return Promise.resolve({ kind: "file", variants, open: () => Promise.resolve(this.#open()) });
  }

  #open(): OpenRepresentation {
    let isOpen = true;
    this.opened += 1;
    const lastModified = Math.floor(LONG_AGO.getTime() / 1000);
    return {
      representation: {
        contentCoding: undefined,
        length: this.length,
        validators: { entityTag: undefined, lastModified },
        mediaType: "application/octet-stream",
        acceptRanges: true,
      },
      read: (into, position) => {
        const count = Math.min(into.length, this.length - position);
        into.fill(0, 0, count);
        this.pulled += count;
        return Promise.resolve(count);
      },
      close: () => {
        if (isOpen) this.opened -= 1;
        isOpen = false;
      },
    };
  }
}
