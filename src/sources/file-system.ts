import {
  type BigIntStats,
  close,
  closeSync,
  fstat,
  fstatSync,
  lstatSync,
  open,
  openSync,
  read,
  readlinkSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs";
import { lstat, readlink, realpath, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { orMissing, orMissingNow } from "./system-errors.ts";

type Awaitable<T> = T | Promise<T>;

/**
 * The calls by which files are found and opened. What isn't there is undefined; every other failure is a SourceError,
 * thrown or rejected.
 */
export interface FileSystem {
  /** Whether everything else waits meanwhile. */
  readonly isWaitedFor: boolean;
  realpath(path: string): Awaitable<string | undefined>;
  stat(path: string): Awaitable<Stats | undefined>;
  lstat(path: string): Awaitable<Stats | undefined>;
  readlink(path: string): Awaitable<string | undefined>;
  statOpen(descriptor: number): Awaitable<BigIntStats>;
  open(path: string, flags: number): Awaitable<number | undefined>;
  /** How many bytes came. */
  read(descriptor: number, into: Uint8Array, position: number): Awaitable<number | undefined>;
  close(descriptor: number): void;
}

const QUIETLY = { throwIfNoEntry: false } as const;

/** How often a path is resolved before a failure is believed that `stat` contradicts. */
const MAX_ATTEMPTS = 10;

/**
 * Bun resolves a path by opening the file and reading `/proc/self/fd`, which fails with ENOENT if the file is replaced by
 * rename in between. `stat` follows the path in one system call, so only its ENOENT means that there is no file.
 */
function realpathNow(path: string): string | undefined {
  for (let attempt = 1; ; attempt += 1) {
    const actual = orMissingNow(() => realpathSync.native(path));
    if (actual !== undefined || attempt === MAX_ATTEMPTS) return actual;
    if (orMissingNow(() => statSync(path, QUIETLY)) === undefined) return undefined;
  }
}

/** As `realpathNow`, in the thread pool. */
async function realpathInPool(path: string): Promise<string | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const actual = await orMissing(realpath(path));
    if (actual !== undefined || attempt === MAX_ATTEMPTS) return actual;
    if ((await orMissing(stat(path))) === undefined) return undefined;
  }
}

/** Calls that the event loop waits for: a fraction of the cost, as long as the disk is near. */
export const waitedFor: FileSystem = {
  isWaitedFor: true,
  statOpen: (descriptor) => fstatSync(descriptor, { bigint: true }),
  realpath: realpathNow,
  stat: (path) => orMissingNow(() => statSync(path, QUIETLY)),
  lstat: (path) => orMissingNow(() => lstatSync(path, QUIETLY)),
  readlink: (path) => orMissingNow(() => readlinkSync(path)),
  open: (path, flags) => orMissingNow(() => openSync(path, flags)),
  read: (descriptor, into, position) =>
    orMissingNow(() => readSync(descriptor, into, 0, into.length, position)),
  close(descriptor) {
    try {
      closeSync(descriptor);
    } catch {
      // What could be read is read: a failed close leaves nothing to do.
    }
  },
};

const openInPool = promisify(open);
const statOpenInPool = promisify(fstat);
const readInPool = promisify(read);

/** Calls that a thread of the pool waits for: a trip there and back for each. */
export const inThreadPool: FileSystem = {
  isWaitedFor: false,
  statOpen: (descriptor) => statOpenInPool(descriptor, { bigint: true }),
  realpath: realpathInPool,
  stat: (path) => orMissing(stat(path)),
  lstat: (path) => orMissing(lstat(path)),
  readlink: (path) => orMissing(readlink(path)),
  open: (path, flags) => orMissing(openInPool(path, flags)),
  async read(descriptor, into, position) {
    const result = await orMissing(readInPool(descriptor, into, 0, into.length, position));
    return result?.bytesRead;
  },
  close: (descriptor) => close(descriptor, () => undefined),
};
