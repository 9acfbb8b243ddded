import { sep } from "node:path";

/** Whether a real path is the root or lies below it, on a boundary: `/srv/pub` doesn't contain `/srv/pub-secret`. */
export function isContained(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}
