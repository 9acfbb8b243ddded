import { lstat } from "node:fs/promises";
import { isAbsolute, join, parse, sep } from "node:path";
import { isContained, pathBelow } from "./below-root.ts";
import { inThreadPool } from "./file-system.ts";

/** What the absolute paths of a file system mean to a source that is one of its folders. */
export interface AbsolutePaths {
  /** The path below the root of an absolute path, "" for the root itself; undefined where it isn't below it. */
  below(path: string): Promise<string | undefined>;
  /**
   * Whether a path that begins with a slash, and isn't there below the root, is meant to be absolute: its first folder is
   * on the file system, and isn't in the root.
   */
  isOutside(path: string): Promise<boolean>;
}

/** @param folder absolute */
export function toAbsolutePaths(folder: string): AbsolutePaths {
  return {
    async below(path) {
      if (!isAbsolute(path)) return undefined;
      if (isContained(folder, path)) return pathBelow(folder, path);
      const actual = await inThreadPool.realpath(folder);
      return actual !== undefined && isContained(actual, path) ? pathBelow(actual, path) : undefined;
    },
    async isOutside(path) {
      if (!isAbsolute(path)) return false;
      const { root } = parse(path);
      // With a drive, as Windows has them, it can be nothing else.
      if (root.length > 1) return true;
      const [first = "", ...more] = path.split(sep).filter((segment) => segment !== "");
      if (more.length === 0) return false;
      return !(await exists(join(folder, first))) && (await exists(join(root, first)));
    },
  };
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
