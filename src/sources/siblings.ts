import type { Stats } from "node:fs";
import { type PrecompressedCoding, siblingName } from "./content-codings.ts";
import type { FileSystem } from "./file-system.ts";
import { Once } from "./once.ts";
import { OPEN_REAL_PATH } from "./open-file.ts";
import { isInPlace, type Place } from "./real-path.ts";
import { isOlder, olderMessage, otherLengthMessage, statedLengthOf } from "./sibling-fit.ts";
import { unlessForbidden } from "./unless-forbidden.ts";

/** A precompressed sibling of a file. */
export interface Sibling {
  readonly contentCoding: PrecompressedCoding;
  readonly name: string;
  readonly isLink: boolean;
  /** Of the sibling itself, its link followed; undefined if it isn't there or can't be served. */
  readonly stats: Stats | undefined;
  /** Whether it is offered. One that isn't made of the file as it is now isn't. */
  readonly fits: boolean;
}

/** Siblings whose stated length is remembered; each takes some hundred bytes. */
const MAX_REMEMBERED = 10_000;

/** A file that changed within this time may change again without a trace in its times. Milliseconds. */
const SETTLED_AGE = 2000;

/** What a sibling says of the length of its content, and the version of it that was read for that. */
interface Stated {
  readonly version: string;
  readonly length: number | undefined;
}

/** Finds the precompressed siblings of the files of one root. */
export class Siblings {
  readonly #codings: readonly PrecompressedCoding[];
  readonly #system: FileSystem;
  readonly #skipped = new Once();
  readonly #stated = new Map<string, Stated>();

  constructor(codings: readonly PrecompressedCoding[], system: FileSystem) {
    this.#codings = codings;
    this.#system = system;
  }

  /**
   * All that stand beside a file, in the order in which they are preferred.
   *
   * @param onError told once of each sibling that is skipped although it is there
   */
  async of(file: Place, fileStats: Stats, onError: (error: unknown) => void): Promise<readonly Sibling[]> {
    const siblings = this.#codings.map(async (contentCoding): Promise<Sibling> => {
      const name = siblingName(file.name, { contentCoding });
      const { stats, actual, isLink } = await this.#lookAt({ ...file, name });
      if (stats === undefined) return { contentCoding, name, isLink, stats, fits: false };
      const misfit = await this.#misfitOf(contentCoding, actual, stats, file.name, fileStats);
      this.#skipped.report(name, misfit, onError);
      return { contentCoding, name, isLink, stats, fits: misfit === undefined };
    });
    return Promise.all(siblings);
  }

  async #lookAt(place: Place): Promise<{ stats: Stats | undefined; actual: string; isLink: boolean }> {
    const { name } = place;
    const own = await unlessForbidden(async () => this.#system.lstat(name));
    if (own?.isSymbolicLink() !== true) {
      return { stats: own?.isFile() ? own : undefined, actual: name, isLink: false };
    }
    const actual = await unlessForbidden(async () => this.#system.realpath(name));
    const isServed = actual !== undefined && isInPlace(place, actual);
    const stats = isServed ? await unlessForbidden(async () => this.#system.stat(actual)) : undefined;
    return { stats: stats?.isFile() ? stats : undefined, actual: actual ?? name, isLink: true };
  }

  /** Why a sibling isn't made of the file as it is now; undefined if nothing says so. */
  async #misfitOf(
    coding: PrecompressedCoding,
    sibling: string,
    stats: Stats,
    file: string,
    fileStats: Stats,
  ): Promise<string | undefined> {
    if (isOlder(stats, fileStats)) {
      return olderMessage(sibling, file);
    }
    const stated = await this.#statedLength(coding, sibling, stats);
    // gzip states the length modulo 2^32.
    const length = coding === "gzip" ? fileStats.size % 2 ** 32 : fileStats.size;
    if (stated === undefined || stated === length) return undefined;
    return otherLengthMessage(sibling, stated, file, length);
  }

  async #statedLength(coding: PrecompressedCoding, name: string, stats: Stats): Promise<number | undefined> {
    // Brotli's format has no place for it.
    if (coding === "br") return undefined;
    const { ino, dev, size, mtimeMs, ctimeMs } = stats;
    const version = [ino, dev, size, mtimeMs, ctimeMs].join(" ");
    const known = this.#stated.get(name);
    if (known?.version === version) return known.length;
    const length = await unlessForbidden(() => this.#readStatedLength(coding, name, stats));
    if (Date.now() - Math.max(mtimeMs, ctimeMs) >= SETTLED_AGE) {
      if (this.#stated.size >= MAX_REMEMBERED) this.#stated.clear();
      this.#stated.set(name, { version, length });
    }
    return length;
  }

  async #readStatedLength(
    coding: "gzip" | "zstd",
    name: string,
    { size }: Stats,
  ): Promise<number | undefined> {
    const system = this.#system;
    const descriptor = await system.open(name, OPEN_REAL_PATH);
    if (descriptor === undefined) return undefined;
    try {
      return await statedLengthOf(coding, size, async (into, position) => {
        return (await system.read(descriptor, into, position)) === into.length;
      });
    } finally {
      system.close(descriptor);
    }
  }
}
