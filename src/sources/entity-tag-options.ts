import { assertOneOf, show } from "./check-arguments.ts";

/** A version of a file, for whoever knows its entity tag. */
export interface FileVersion {
  /** Canonical, below the root: `"assets/app.js"`, for its precompressed siblings, too. */
  readonly path: string;
  /** The content coding of a precompressed sibling, such as `"br"`; undefined for the file itself. */
  readonly contentCoding: string | undefined;
  /** Bytes of the file, or of the sibling. */
  readonly length: number;
  /** When the file, or the sibling, was modified; undefined if its time is a placeholder. */
  readonly lastModified: Date | undefined;
}

export interface EntityTagOptions {
  /**
   * How entity tags are made. `"modified"` takes modification time and size, and costs nothing. `"content"` takes a SHA-256 of the
   * content: for files whose times say nothing, or differ from machine to machine. Each file is then read once, when it is first
   * asked for, and no Last-Modified is sent. A file whose time is one that builds give to all files, such as 0 s after the epoch or
   * 1980-01-01, always has an entity tag by its content. Default: `"modified"`.
   */
  readonly entityTags?: "modified" | "content";
  /**
   * The entity tag of a file, such as `'"v7"'` or `'W/"v7"'`, if you know it: another content must have another one. Called when
   * a file is opened or looked at, and not while it is kept in memory. The content coding of a sibling is added to what it returns.
   * Undefined leaves the file to `entityTags`.
   */
  readonly entityTag?: (file: FileVersion) => string | undefined;
}

/** @throws TypeError for an option that means nothing */
export function assertEntityTagOptions({ entityTags, entityTag }: EntityTagOptions): void {
  assertOneOf("entityTags", entityTags, ["modified", "content"]);
  if (entityTag === undefined || typeof entityTag === "function") return;
  throw new TypeError(
    `The option "entityTag" is a function such as ({ path }) => hashes[path], not ${show(entityTag)}.`,
  );
}
