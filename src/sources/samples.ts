import type { BigIntStats } from "node:fs";
import { isSameVersion } from "./version.ts";

/** Bytes of each sample. */
const SAMPLE = 4096;

/** Bytes of a file, and where in it they were read. */
export interface Sample {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/**
 * What is kept of a file so as to tell, when it has become longer, whether the bytes that it had are still there: its first
 * and its last block, and the last block that was read of it. A program that rewrites a file changes at least one of them:
 * what it inserts or leaves out moves the end, and formats that are updated in place have their lengths or counters at the
 * beginning or at the end.
 */
export class Samples {
  readonly #ends: readonly Sample[];
  readonly #memory = new Uint8Array(SAMPLE);
  #latest: Sample | undefined;

  private constructor(ends: readonly Sample[]) {
    this.#ends = ends;
  }

  /** @param read reads a sample; undefined where the file ends before */
  static async of(
    length: number,
    read: (position: number, length: number) => Promise<Uint8Array | undefined>,
  ): Promise<Samples | undefined> {
    const ends: Sample[] = [];
    for (const position of new Set([0, Math.max(0, length - SAMPLE)])) {
      const bytes = await read(position, Math.min(SAMPLE, length - position));
      if (bytes === undefined) return undefined;
      ends.push({ position, bytes });
    }
    return new Samples(ends);
  }

  /** Keeps the end of what was read, in place of what was read before. */
  keepLatest({ position, bytes }: Sample): void {
    const from = Math.max(0, bytes.length - SAMPLE);
    const length = bytes.length - from;
    this.#memory.set(bytes.subarray(from));
    this.#latest = { position: position + from, bytes: this.#memory.subarray(0, length) };
  }

  all(): readonly Sample[] {
    return this.#latest === undefined ? this.#ends : [...this.#ends, this.#latest];
  }
}

/** What the system tells of a change. */
export type Change =
  | "none"
  /** It can have been appended to. */
  | "longer"
  /** As long as before, and written to: overwritten, or about to be longer. Linux sets the time of a write before the length. */
  | "written"
  | "overwritten";

export function changeOf(before: BigIntStats, now: BigIntStats): Change {
  if (isSameVersion(now, before)) return "none";
  // A program that sets the time back has put a content in place that it had from elsewhere.
  if (now.size < before.size || now.mtimeNs < before.mtimeNs) return "overwritten";
  return now.size > before.size ? "longer" : "written";
}
