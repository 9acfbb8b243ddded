import { type BigIntStats, constants, type Dirent } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { isContained, pathBelow } from "./below-root.ts";
import { type FileSystem, inThreadPool } from "./file-system.ts";
import { openFolder } from "./open-folder.ts";
import { type Place, realPathOf, TELLS_REAL_PATHS } from "./real-path.ts";
import type { DirectoryResource, Entry } from "./source.ts";
import { orMissing } from "./system-errors.ts";
import { unlessForbidden } from "./unless-forbidden.ts";
import { toSeconds } from "./version.ts";

/** How many entries are looked at together: enough to keep the thread pool busy, and no more. */
const BATCH = 64;

/** A byte order mark that a name begins with is part of the name. */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What is told of a folder below the root: it comes from a descriptor, as what is told of a file does. */
export function toFolderReader(
  place: Place,
  system: FileSystem,
): Pick<DirectoryResource, "isThere" | "list"> {
  return {
    isThere: async () => {
      const folder = await openFolder(place, system);
      folder?.close();
      return (await folder?.wasInPlace()) === true;
    },
    list: () => listDirectory(place),
  };
}

/**
 * The files and folders directly below a folder that a request could reach: no link to the outside, no device, nothing
 * that this process may not look at. None where the folder is no longer in its place.
 *
 * @param place with the real path of the folder
 */
export async function listDirectory(place: Place): Promise<readonly Entry[]> {
  const folder = await openFolder(place, inThreadPool);
  if (folder === undefined) return [];
  try {
    const entries = await readEntries(place.root, folder.path);
    return (await folder.wasInPlace()) ? entries : [];
  } finally {
    folder.close();
  }
}

async function readEntries(root: string, folder: string): Promise<readonly Entry[]> {
  const found = (await orMissing(readdir(folder, { withFileTypes: true, encoding: "buffer" }))) ?? [];
  const entries: Entry[] = [];
  for (let start = 0; start < found.length; start += BATCH) {
    const batch = found.slice(start, start + BATCH).map((dirent) => toEntry(root, folder, dirent));
    entries.push(...(await Promise.all(batch)).filter((entry) => entry !== undefined));
  }
  return entries;
}

async function toEntry(root: string, folder: string, dirent: Dirent<Buffer>): Promise<Entry | undefined> {
  const name = decodeName(dirent.name);
  if (name === undefined) return undefined;
  if (dirent.isDirectory()) return { name, kind: "directory", length: undefined, lastModified: undefined };
  const path = join(folder, name);
  const found = await unlessForbidden(() =>
    dirent.isSymbolicLink() ? followLink(root, path) : lookAt(path),
  );
  if (found === undefined) return undefined;
  const { stats, linksTo } = found;
  const link = linksTo === undefined ? {} : { linksTo };
  if (stats.isDirectory()) {
    return { name, kind: "directory", length: undefined, lastModified: undefined, ...link };
  }
  if (!stats.isFile()) return undefined;
  return { name, kind: "file", length: Number(stats.size), lastModified: toSeconds(stats.mtimeNs), ...link };
}

/** A name that isn't UTF-8 has no URL that would lead back to it. */
function decodeName(name: Buffer): string | undefined {
  try {
    return utf8.decode(name);
  } catch {
    return undefined;
  }
}

interface Found {
  readonly stats: BigIntStats;
  /** Below the root; undefined for what is no link. */
  readonly linksTo?: string;
}

async function lookAt(path: string): Promise<Found | undefined> {
  const stats = await orMissing(lstat(path, { bigint: true }));
  return stats && { stats };
}

/** `O_PATH`: a descriptor to ask what the file is, by which nothing is read, and no device or FIFO notices anything. */
const ONLY_ASK = 0o10000000 | (constants.O_NOFOLLOW ?? 0);

/** What a link leads to, as long as that is below the root. */
async function followLink(root: string, link: string): Promise<Found | undefined> {
  const system = inThreadPool;
  const actual = await system.realpath(link);
  if (actual === undefined || !isContained(root, actual)) return undefined;
  if (!TELLS_REAL_PATHS) {
    const found = await lookAt(actual);
    return found && (await system.realpath(link)) === actual
      ? { ...found, linksTo: pathBelow(root, actual) }
      : undefined;
  }
  const descriptor = await system.open(actual, ONLY_ASK);
  if (descriptor === undefined) return undefined;
  try {
    const [path, stats] = await Promise.all([realPathOf(descriptor, system), system.statOpen(descriptor)]);
    if (path === undefined || !isContained(root, path)) return undefined;
    return { stats, linksTo: pathBelow(root, path) };
  } finally {
    system.close(descriptor);
  }
}
