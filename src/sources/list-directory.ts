import type { BigIntStats, Dirent } from "node:fs";
import { lstat, readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { isContained } from "./contained.ts";
import type { Entry } from "./source.ts";
import { orMissing } from "./system-errors.ts";
import { unlessForbidden } from "./unless-forbidden.ts";
import { toSeconds } from "./version.ts";

/** How many entries are looked at together: enough to keep the thread pool busy, and no more. */
const BATCH = 64;

/** A byte order mark that a name begins with is part of the name. */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The files and folders directly below a folder that a request could reach: no link to the outside, no device, nothing
 * that this process may not look at.
 */
export async function listDirectory(root: string, folder: string): Promise<readonly Entry[]> {
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
  const stats = await unlessForbidden(() =>
    dirent.isSymbolicLink() ? statInside(root, path) : lookAt(path),
  );
  if (stats?.isDirectory()) return { name, kind: "directory", length: undefined, lastModified: undefined };
  if (!stats?.isFile()) return undefined;
  return { name, kind: "file", length: Number(stats.size), lastModified: toSeconds(stats.mtimeNs) };
}

/** A name that isn't UTF-8 has no URL that would lead back to it. */
function decodeName(name: Buffer): string | undefined {
  try {
    return utf8.decode(name);
  } catch {
    return undefined;
  }
}

async function statInside(root: string, link: string): Promise<BigIntStats | undefined> {
  const actual = await orMissing(realpath(link));
  return actual !== undefined && isContained(root, actual) ? lookAt(actual) : undefined;
}

function lookAt(path: string): Promise<BigIntStats | undefined> {
  return orMissing(lstat(path, { bigint: true }));
}
