import { sep } from "node:path";

/** Whether a real path is the root or lies below it, on a boundary: `/srv/pub` doesn't contain `/srv/pub-secret`. */
export function isContained(root: string, path: string): boolean {
  return path === root || path.startsWith(withSeparator(root));
}

/** The path below the root of something that lies there, its names joined by "/"; "" for the root itself. */
export function pathBelow(root: string, path: string): string {
  const below = path.slice(withSeparator(root).length);
  return sep === "/" ? below : below.replaceAll(sep, "/");
}

function withSeparator(root: string): string {
  return root.endsWith(sep) ? root : root + sep;
}
