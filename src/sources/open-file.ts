import { type BigIntStats, constants, lstatSync } from "node:fs";
import type { Representation } from "../decision/representation.ts";
import { isContained } from "./contained.ts";
import type { FileSystem } from "./file-system.ts";
import { HeldFile, type HeldFileOptions, OPEN_FLAGS } from "./held-file.ts";
import {
  type LookedRepresentation,
  type OpenedFile,
  type OpenRepresentation,
  SourceError,
} from "./source.ts";
import { PathStanding } from "./standing.ts";
import { orMissingNow } from "./system-errors.ts";
import { validatorsOf } from "./version.ts";

export interface OpenFileOptions extends HeldFileOptions {
  readonly contentCoding: string | undefined;
  readonly mediaType: string;
  readonly freshFor: number;
  /** Whether what is known of the file may be kept. */
  readonly keeps: boolean;
}

/** Never follows a link in the last place: the name is a real path, so a link there was put in after the look. */
const OPEN_REAL_PATH = OPEN_FLAGS | (constants.O_NOFOLLOW ?? 0);

/** How often a path is resolved and opened before a file that is replaced all the time is answered with 503. */
const MAX_ATTEMPTS = 10;

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
 * there is no such file, or only one outside the root.
 *
 * @throws SourceError "busy" if the file is replaced faster than it can be opened
 */
export async function openContained(
  root: string,
  name: string,
  options: OpenFileOptions,
): Promise<OpenRepresentation | undefined> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const actual = await options.system.realpath(name);
    if (actual === undefined || !isContained(root, actual)) return undefined;
    const opened = await openResolved(root, name, actual, options);
    // A file that was replaced is no missing file: the path is resolved again, and leads to the new one.
    if (opened !== "replaced") return opened;
  }
  throw new SourceError("busy");
}

/** @returns "replaced" if the path doesn't lead to the file any more that it led to when it was resolved */
async function openResolved(
  root: string,
  name: string,
  actual: string,
  options: OpenFileOptions,
): Promise<OpenFile | "replaced" | undefined> {
  const { system } = options;
  const now = Date.now();
  const descriptor = await system.open(actual, OPEN_REAL_PATH);
  if (descriptor === undefined) return "replaced";
  let opened: OpenFile | undefined;
  try {
    const stats = await system.statOpen(descriptor);
    if (!stats.isFile()) return undefined;
    if (!(await isDescriptorContained(root, descriptor, stats, name, system))) return "replaced";
    opened = new OpenFile(descriptor, stats, options, now, standingOf(name, stats, options, now));
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
  const standing = PathStanding.ofFile(name, now, freshFor);
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

class OpenFile extends HeldFile implements OpenRepresentation {
  readonly representation: Representation;
  readonly standing: PathStanding | undefined;
  readonly #isWaitedFor: boolean;

  constructor(
    descriptor: number,
    stats: BigIntStats,
    options: OpenFileOptions,
    now: number,
    standing: PathStanding | undefined,
  ) {
    super(descriptor, stats, options);
    this.#isWaitedFor = options.system.isWaitedFor;
    this.representation = describe(stats, options, now);
    this.standing = standing;
  }

  /** Where nothing may wait for the disk, nothing reads past `read`. */
  get file(): OpenedFile | undefined {
    return this.#isWaitedFor ? this : undefined;
  }
}
