import type { Stats } from "node:fs";
import { join } from "node:path";
import { isContained } from "./below-root.ts";
import type { FileSystem } from "./file-system.ts";
import { TELLS_REAL_PATHS } from "./real-path.ts";

/** What a path leads to. */
export interface Resolved {
  /** Undefined where there is nothing, or nothing below the root. */
  readonly target: { readonly stats: Stats; readonly actual: string } | undefined;
  /** Whether a symbolic link is on the way. */
  readonly isLink: boolean;
}

/**
 * Up to so many names are looked at one by one. Longer paths are left to `realpath`: otherwise a request could name
 * thousands, each a system call.
 */
const MOST_NAMES = 12;

/**
 * Finds what stands at a path, links followed.
 *
 * Each name on the way is looked at, also behind one that isn't there: a file that a guard refuses then takes the same system
 * calls as one that doesn't exist, and the time of the answer doesn't tell them apart. Other systems than Linux have several
 * names for a file (`README` and `readme`, `PROGRA~1`), so there the real path is asked for.
 */
export async function resolveBelow(root: string, path: string, system: FileSystem): Promise<Resolved> {
  const names = TELLS_REAL_PATHS ? namesOf(root, path) : [];
  if (names.length === 0 || names.length > MOST_NAMES) return followed(root, join(root, path), system);
  const looks = await Promise.all(names.map(async (name) => system.lstat(name)));
  const isLink = looks.some((stats) => stats?.isSymbolicLink() === true);
  const name = join(root, path);
  if (isLink) return { ...(await followed(root, name, system)), isLink };
  const stats = isContained(root, name) ? looks.at(-1) : undefined;
  return { target: stats && { stats, actual: name }, isLink };
}

/** The paths of each name on the way, the last one's too. */
function namesOf(root: string, path: string): readonly string[] {
  const names: string[] = [];
  let name = root;
  for (const segment of path.split("/")) {
    name = join(name, segment);
    names.push(name);
  }
  return names;
}

async function followed(root: string, name: string, system: FileSystem): Promise<Resolved> {
  const stats = await system.stat(name);
  if (stats === undefined) {
    return { target: undefined, isLink: (await system.lstat(name))?.isSymbolicLink() === true };
  }
  const actual = await system.realpath(name);
  const isLink = actual !== name;
  if (actual === undefined || !isContained(root, actual)) return { target: undefined, isLink };
  return { target: { stats, actual }, isLink };
}
