export type { ArchiveOptions } from "./sources/archive/archive-options.ts";
export { tar } from "./sources/archive/tar.ts";
export { zip } from "./sources/archive/zip.ts";
