import { lstatSync } from "node:fs";
import { isContained, pathBelow } from "./below-root.ts";
import type { FileSystem } from "./file-system.ts";
import { isHidden } from "./hidden.ts";
import { orMissingNow } from "./system-errors.ts";

/** Where `find` has found something, and what it may turn out to be once it is opened. */
export interface Place {
  /** The real path of the root. */
  readonly root: string;
  /** The path that was asked for, below the root: a symbolic link may stand in it. */
  readonly name: string;
  /** Whether one does. */
  readonly isLink: boolean;
  /** Whether what was found is a dotfile, or in a folder that is hidden so. What wasn't hidden must not become so. */
  readonly mayBeHidden: boolean;
}

/** Whether the system tells the real path of an open file. Deno allows it only to a program that may do everything. */
export const TELLS_REAL_PATHS: boolean = process.platform === "linux" && !("Deno" in globalThis);

/** The real path of an open file; undefined where the system doesn't tell it. */
export function realPathOf(
  descriptor: number,
  system: Pick<FileSystem, "readlink">,
): ReturnType<FileSystem["readlink"]> {
  return TELLS_REAL_PATHS ? system.readlink(`/proc/self/fd/${descriptor}`) : undefined;
}

/** Whether a real path is one that may be served for what was found. */
export function isInPlace({ root, mayBeHidden }: Place, path: string): boolean {
  return isContained(root, path) && (mayBeHidden || !isHidden(pathBelow(root, path)));
}

/**
 * Whether the open file is one that may be served for what was found. Between the look at a path and its opening any folder
 * on the way can be swapped for a link to elsewhere, so the path proves nothing: the descriptor is asked.
 */
export async function isOpenInPlace(
  place: Place,
  descriptor: number,
  { ino, dev }: { readonly ino: bigint; readonly dev: bigint },
  system: FileSystem,
): Promise<boolean> {
  const path = await realPathOf(descriptor, system);
  if (path !== undefined) return isInPlace(place, path);
  // Elsewhere the path is resolved once more: what it names must be inside and be the very file that was opened.
  const actual = await system.realpath(place.name);
  if (actual === undefined || !isInPlace(place, actual)) return false;
  const found = orMissingNow(() => lstatSync(actual, { bigint: true }));
  return found !== undefined && found.ino === ino && found.dev === dev;
}
