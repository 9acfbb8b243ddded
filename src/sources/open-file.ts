import { type BigIntStats, constants, fstatSync } from "node:fs";
import { type FileHandle, lstat, open, readlink, realpath } from "node:fs/promises";
import type { Representation } from "../decision/representation.ts";
import { isContained } from "./contained.ts";
import { type OpenedFile, type OpenRepresentation, SourceError } from "./source.ts";
import { PathStanding } from "./standing.ts";
import { orMissing } from "./system-errors.ts";
import { isSameVersion, validatorsOf } from "./version.ts";

export interface OpenFileOptions {
  readonly contentCoding: string | undefined;
  readonly mediaType: string;
  readonly appendOnly: boolean;
  readonly neverOverwritten: boolean;
  readonly freshFor: number;
}

/**
 * Never waits for the writer of a FIFO, never becomes the owner of a terminal, never follows a link in the last place:
 * the name is a real path, so a link there was put in after the look. Windows has none of these.
 */
const OPEN_FLAGS =
  constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * Opens a regular file below the root. Size, validators and bytes all come from the one descriptor; undefined where
 * there is no such file, or where the descriptor turns out to be of something outside the root.
 */
export async function openContained(
  root: string,
  name: string,
  options: OpenFileOptions,
): Promise<OpenRepresentation | undefined> {
  const actual = await orMissing(realpath(name));
  if (actual === undefined || !isContained(root, actual)) return undefined;
  const now = Date.now();
  const handle = await orMissing(open(actual, OPEN_FLAGS));
  if (handle === undefined) return undefined;
  try {
    const stats = await handle.stat({ bigint: true });
    if (stats.isFile() && (await isDescriptorContained(root, handle, stats, name))) {
      const standing = PathStanding.of(name, now, options.freshFor);
      return new OpenFile(
        handle,
        stats,
        describe(stats, options, now),
        options,
        standing?.isOf(stats) ? standing : undefined,
      );
    }
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return undefined;
}

/**
 * Whether the file behind the descriptor lies below the root. Between the look at a path and its opening any folder on
 * the way can be swapped for a link to elsewhere, so the path proves nothing: the descriptor is asked.
 */
async function isDescriptorContained(
  root: string,
  handle: FileHandle,
  stats: BigIntStats,
  name: string,
): Promise<boolean> {
  if (process.platform === "linux") {
    const path = await orMissing(readlink(`/proc/self/fd/${handle.fd}`));
    if (path !== undefined) return isContained(root, path);
  }
  // Elsewhere the path is resolved once more: what it names must be inside and be the very file that was opened.
  const actual = await orMissing(realpath(name));
  if (actual === undefined || !isContained(root, actual)) return false;
  const found = await orMissing(lstat(actual, { bigint: true }));
  return found !== undefined && found.ino === stats.ino && found.dev === stats.dev;
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
  readonly #handle: FileHandle;
  readonly #stats: BigIntStats;
  readonly #appendOnly: boolean;
  #closed = false;

  constructor(
    handle: FileHandle,
    stats: BigIntStats,
    representation: Representation,
    { appendOnly, neverOverwritten }: OpenFileOptions,
    standing: PathStanding | undefined,
  ) {
    this.#handle = handle;
    this.#stats = stats;
    this.representation = representation;
    this.#appendOnly = appendOnly;
    this.keepsItsBytes = neverOverwritten;
    this.standing = standing;
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    const result = await orMissing(this.#handle.read(into, 0, into.length, position));
    if (result === undefined || this.#closed) throw new SourceError("changed");
    this.assertUnchanged();
    return result.bytesRead;
  }

  get file(): OpenedFile {
    return this;
  }

  get descriptor(): number {
    return this.#handle.fd;
  }

  /**
   * After the read, so that no byte leaves that was read after a change could be seen. A descriptor keeps a file that
   * was replaced by another, but not one that is overwritten in place.
   */
  assertUnchanged(): void {
    const stats = fstatSync(this.#handle.fd, { bigint: true });
    if (isSameVersion(stats, this.#stats)) return;
    if (this.#appendOnly && stats.size > this.#stats.size) return;
    throw new SourceError("changed");
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // Waits for a read under way, so its descriptor can't be reused beneath it. A failed close leaves nothing to do.
    void this.#handle.close().catch(() => undefined);
  }
}
