import { type BigIntStats, constants, type Stats } from "node:fs";
import type { Representation, Validators } from "../decision/representation.ts";
import {
  type FileValidators,
  readValidators,
  type ValidatorRules,
  validatorsWithoutReading,
} from "./file-validators.ts";
import { HeldFile, type HeldFileOptions, OPEN_FLAGS } from "./held-file.ts";
import { isInPlace, isOpenInPlace, type Place, TELLS_REAL_PATHS } from "./real-path.ts";
import {
  type LookedRepresentation,
  type OpenedFile,
  type OpenRepresentation,
  SourceError,
  type Standing,
} from "./source.ts";
import { JoinedStanding, PathStanding } from "./standing.ts";

export interface OpenFileOptions extends HeldFileOptions, ValidatorRules {
  readonly mediaType: string;
  readonly freshFor: number;
  /** Whether what is known of the file may be kept. */
  readonly keeps: boolean;
  /** For a precompressed sibling, the file that it was made of: when that changes, the sibling is out of date. */
  readonly madeOf?: { readonly name: string; readonly stats: Stats } | undefined;
}

/** Never follows a link in the last place: the name is a real path, so a link there was put in after the look. */
export const OPEN_REAL_PATH: number = OPEN_FLAGS | (constants.O_NOFOLLOW ?? 0);

/** How often a path is resolved and opened before a file that is replaced all the time is answered with 503. */
const MAX_ATTEMPTS = 10;

/**
 * Looks at a regular file below the root: what is told of it comes from a descriptor, as it does when the file is sent, so
 * that a link that is put in its way can't tell a length or a time from outside the root.
 */
export async function lookAtContained(
  place: Place,
  options: OpenFileOptions,
): Promise<LookedRepresentation | undefined> {
  const open = await openContained(place, options);
  open?.close();
  return open;
}

/**
 * Opens a regular file below the root. Size, validators and bytes all come from the one descriptor; undefined where
 * there is no such file, or only one outside the root.
 *
 * @throws SourceError "busy" if the file is replaced faster than it can be opened
 */
export async function openContained(
  place: Place,
  options: OpenFileOptions,
): Promise<OpenRepresentation | undefined> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    // The path of what is no link is its real path, unless a link has taken its place since it was found.
    const isReal = attempt === 1 && !place.isLink && TELLS_REAL_PATHS;
    const actual = isReal ? place.name : await options.system.realpath(place.name);
    if (actual === undefined || !isInPlace(place, actual)) return undefined;
    const opened = await openResolved(place, actual, options);
    // A file that was replaced is no missing file: the path is resolved again, and leads to the new one.
    if (opened !== "replaced") return opened;
  }
  throw new SourceError("busy");
}

/** @returns "replaced" if the path doesn't lead to the file any more that it led to when it was resolved */
async function openResolved(
  place: Place,
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
    if (!(await isOpenInPlace(place, descriptor, stats, system))) return "replaced";
    const known = validatorsWithoutReading(stats, options, now);
    const validated =
      known === undefined
        ? await readValidators(descriptor, actual, stats, options.contentCoding, now, system)
        : { validators: known };
    opened = new OpenFile(descriptor, stats, options, validated, standingOf(place.name, stats, options, now));
  } finally {
    if (opened === undefined) system.close(descriptor);
  }
  return opened;
}

function standingOf(
  name: string,
  stats: BigIntStats,
  { freshFor, keeps, madeOf }: OpenFileOptions,
  now: number,
): Standing | undefined {
  if (!keeps) return undefined;
  const standing = PathStanding.ofFile(name, now, freshFor);
  if (standing?.isOf(stats) !== true) return undefined;
  return madeOf === undefined ? standing : JoinedStanding.of(standing, madeOf, now, freshFor);
}

function describe(stats: BigIntStats, validators: Validators, options: OpenFileOptions): Representation {
  return {
    contentCoding: options.contentCoding,
    mediaType: options.mediaType,
    mediaTypeFromName: true,
    length: Number(stats.size),
    validators,
    acceptRanges: true,
  };
}

class OpenFile extends HeldFile implements OpenRepresentation {
  readonly representation: Representation;
  readonly #standing: Standing | undefined;
  readonly #isWaitedFor: boolean;
  /** All of the file's bytes, if its entity tag was made of them. */
  readonly #content: Uint8Array | undefined;

  constructor(
    descriptor: number,
    stats: BigIntStats,
    options: OpenFileOptions,
    { validators, content }: FileValidators,
    standing: Standing | undefined,
  ) {
    super(descriptor, stats, options);
    this.#isWaitedFor = options.system.isWaitedFor;
    this.representation = describe(stats, validators, options);
    this.#standing = standing;
    this.#content = content;
  }

  get standing(): Standing | undefined {
    return this.hasGrown ? undefined : this.#standing;
  }

  override read(into: Uint8Array, position: number): Promise<number> {
    const part = this.#content?.subarray(position, position + into.length);
    if (part === undefined) return super.read(into, position);
    into.set(part);
    return Promise.resolve(part.length);
  }

  /** Where nothing may wait for the disk, nothing reads past `read`. */
  get file(): OpenedFile | undefined {
    return this.#isWaitedFor && this.#content === undefined ? this : undefined;
  }
}
