import { type BigIntStats, constants, fstatSync, lstatSync } from "node:fs";
import type { Representation } from "../decision/representation.ts";
import { isContained } from "./contained.ts";
import type { FileSystem } from "./file-system.ts";
import {
  type LookedRepresentation,
  type OpenedFile,
  type OpenRepresentation,
  SourceError,
} from "./source.ts";
import { PathStanding } from "./standing.ts";
import { orMissingNow } from "./system-errors.ts";
import { isSameVersion, validatorsOf } from "./version.ts";

export interface OpenFileOptions {
  readonly contentCoding: string | undefined;
  readonly mediaType: string;
  readonly appendOnly: boolean;
  readonly neverOverwritten: boolean;
  readonly freshFor: number;
  /** Whether what is known of the file may be kept. */
  readonly keeps: boolean;
  readonly system: FileSystem;
}

/**
 * Never waits for the writer of a FIFO, never becomes the owner of a terminal, never follows a link in the last place:
 * the name is a real path, so a link there was put in after the look. Windows has none of these.
 */
const OPEN_FLAGS =
  constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * Looks at a regular file below the root as `openContained` would find it. Only the path proves that it lies there, so what
 * is found is for those alone who know it already: a client whose copy it confirms.
 */
export async function lookAtContained(
  root: string,
  name: string,
  options: OpenFileOptions,
): Promise<LookedRepresentation | undefined> {
  const actual = await options.system.realpath(name);
  if (actual === undefined || !isContained(root, actual)) return undefined;
  const now = Date.now();
  const stats = await options.system.statReadable(actual);
  if (stats?.isFile() !== true) return undefined;
  return { representation: describe(stats, options, now), standing: standingOf(name, stats, options, now) };
}

/**
 * Opens a regular file below the root. Size, validators and bytes all come from the one descriptor; undefined where
 * there is no such file, or where the descriptor turns out to be of something outside the root.
 */
export async function openContained(
  root: string,
  name: string,
  options: OpenFileOptions,
): Promise<OpenRepresentation | undefined> {
  const { system } = options;
  const actual = await system.realpath(name);
  if (actual === undefined || !isContained(root, actual)) return undefined;
  const now = Date.now();
  const descriptor = await system.open(actual, OPEN_FLAGS);
  if (descriptor === undefined) return undefined;
  let opened: OpenFile | undefined;
  try {
    const stats = await system.statOpen(descriptor);
    if (stats.isFile() && (await isDescriptorContained(root, descriptor, stats, name, system))) {
      opened = new OpenFile(descriptor, stats, options, now, standingOf(name, stats, options, now));
    }
  } finally {
    if (opened === undefined) system.close(descriptor);
  }
  return opened;
}

/**
 * Whether the file behind the descriptor lies below the root. Between the look at a path and its opening any folder on
 * the way can be swapped for a link to elsewhere, so the path proves nothing: the descriptor is asked.
 */
async function isDescriptorContained(
  root: string,
  descriptor: number,
  stats: BigIntStats,
  name: string,
  system: FileSystem,
): Promise<boolean> {
  // Deno lets no program look there that may not do everything.
  if (process.platform === "linux" && !("Deno" in globalThis)) {
    const path = await system.readlink(`/proc/self/fd/${descriptor}`);
    if (path !== undefined) return isContained(root, path);
  }
  // Elsewhere the path is resolved once more: what it names must be inside and be the very file that was opened.
  const actual = await system.realpath(name);
  if (actual === undefined || !isContained(root, actual)) return false;
  const found = orMissingNow(() => lstatSync(actual, { bigint: true }));
  return found !== undefined && found.ino === stats.ino && found.dev === stats.dev;
}

function standingOf(
  name: string,
  stats: BigIntStats,
  { freshFor, keeps }: OpenFileOptions,
  now: number,
): PathStanding | undefined {
  if (!keeps) return undefined;
  const standing = PathStanding.of(name, now, freshFor);
  return standing?.isOf(stats) === true ? standing : undefined;
}

function describe(stats: BigIntStats, options: OpenFileOptions, now: number): Representation {
  return {
    contentCoding: options.contentCoding,
    mediaType: options.mediaType,
    length: Number(stats.size),
    validators: validatorsOf(stats, options.contentCoding, now),
    acceptRanges: true,
  };
}

class OpenFile implements OpenRepresentation, OpenedFile {
  readonly representation: Representation;
  readonly standing: PathStanding | undefined;
  readonly keepsItsBytes: boolean;
  readonly #descriptor: number;
  readonly #stats: BigIntStats;
  readonly #options: OpenFileOptions;
  #reading = 0;
  #closed = false;

  constructor(
    descriptor: number,
    stats: BigIntStats,
    options: OpenFileOptions,
    now: number,
    standing: PathStanding | undefined,
  ) {
    this.#descriptor = descriptor;
    this.#stats = stats;
    this.#options = options;
    this.keepsItsBytes = options.neverOverwritten;
    this.representation = describe(stats, options, now);
    this.standing = standing;
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    if (this.#closed) throw new SourceError("changed");
    this.#reading += 1;
    try {
      const count = await this.#options.system.read(this.#descriptor, into, position);
      if (count === undefined || this.#closed) throw new SourceError("changed");
      this.#assertSame(await this.#options.system.statOpen(this.#descriptor));
      return count;
    } finally {
      this.#reading -= 1;
      this.#letGo();
    }
  }

  /** Where nothing may wait for the disk, nothing reads past `read`. */
  get file(): OpenedFile | undefined {
    return this.#options.system.isWaitedFor ? this : undefined;
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
    if (this.#options.appendOnly && stats.size > this.#stats.size) return;
    throw new SourceError("changed");
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#letGo();
  }

  /** Not under a read: its descriptor's number could be given to another file, or to a socket, beneath it. */
  #letGo(): void {
    if (this.#closed && this.#reading === 0) this.#options.system.close(this.#descriptor);
  }
}
