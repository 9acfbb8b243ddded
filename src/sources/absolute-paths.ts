import { lstat } from "node:fs/promises";
import { isAbsolute, join, parse, sep } from "node:path";
import { inThreadPool } from "./file-system.ts";

/** What the absolute paths of a file system mean to a source that is one of its folders. */
export interface AbsolutePaths {
  /** The path below the root of an absolute path; undefined where it isn't below it. */
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
      const actual = await inThreadPool.realpath(folder);
      return relativeTo(folder, path) ?? (actual === undefined ? undefined : relativeTo(actual, path));
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

/** The folder itself is "/", which is no file. */
function relativeTo(folder: string, path: string): string | undefined {
  if (path === folder || path === folder + sep) return "/";
  const front = folder.endsWith(sep) ? folder : folder + sep;
  return path.startsWith(front) ? path.slice(front.length) : undefined;
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
