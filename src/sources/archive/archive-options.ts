import { statSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { assertAmount, assertKnown, assertOneOf, show } from "../check-arguments.ts";
import type { PrecompressedCoding } from "../content-codings.ts";
import { assertEntityTagOptions, type EntityTagOptions } from "../entity-tag-options.ts";
import { toSegments } from "./archived-folder.ts";

export interface ArchiveOptions extends Pick<EntityTagOptions, "entityTags"> {
  /** The folder of the archive that is served, such as `"dist"`. Default: all of it. */
  readonly folder?: string;
  /**
   * The content codings that are offered, the preferred first; `false` for none. Each of a sibling (`app.js.br`,
   * `app.js.zst`, `app.js.gz` beside `app.js`), and gzip, too, of a file that is deflated in the archive: its bytes then
   * leave as they stand there. Default: br, zstd, gzip.
   */
  readonly precompressed?: readonly PrecompressedCoding[] | false;
  /**
   * The archive is only ever replaced by another (as rename does), never written over in place, nor cut off. Then large
   * files that stand in it as they are leave by `sendfile(2)`, as those of `files` do. If it isn't so, a client can get
   * bytes of two versions as one. Default: false.
   */
  readonly neverOverwritten?: boolean;
  /**
   * For how many milliseconds a look at the archive's path is relied on before it is looked at again; 0 looks for each
   * request. Default: 1, and then only for requests that are handled in one go.
   */
  readonly freshFor?: number;
}

const KNOWN: Readonly<Record<keyof ArchiveOptions, true>> = {
  folder: true,
  precompressed: true,
  neverOverwritten: true,
  freshFor: true,
  entityTags: true,
};

/** @throws TypeError for an option that means nothing */
export function assertArchiveOptions(options: ArchiveOptions): void {
  assertKnown(options, KNOWN);
  assertOneOf("neverOverwritten", options.neverOverwritten, [true, false]);
  assertAmount("freshFor", options.freshFor);
  assertEntityTagOptions(options);
}

/** @throws TypeError where there is no such file */
export function toArchivePath(path: string | URL): string {
  const file = resolve(toPath(path));
  if (statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
  throw new TypeError(`The archive ${JSON.stringify(file)} is no file: create it, or name one that exists.`);
}

function toPath(path: string | URL): string {
  if (path instanceof URL && path.protocol === "file:") return fileURLToPath(path);
  if (typeof path === "string" && path !== "") return path;
  const given = path instanceof URL ? path.href : show(path);
  throw new TypeError(`The archive is a path such as "site.zip", or a file: URL, not ${given}.`);
}

/**
 * The option "folder".
 *
 * @throws TypeError for what names no folder of an archive
 */
export function toFolder(folder: unknown = ""): readonly string[] {
  const segments = typeof folder === "string" ? toSegments(folder) : undefined;
  if (segments !== undefined) return segments;
  throw new TypeError(`The option "folder" is a folder of the archive, such as "dist", not ${show(folder)}.`);
}
