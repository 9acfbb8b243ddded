import type { Validators, Variant } from "../decision/representation.ts";
import { assertKnown, assertMediaType, isRecord, show } from "./check-arguments.ts";
import { PRECOMPRESSED_CODINGS, siblingName, storedVariant } from "./content-codings.ts";
import { toEntityTag, toLastModified } from "./given-validators.ts";
import { openBytes } from "./open-bytes.ts";
import type { Entry, FileResource, OpenRepresentation, Resource, Source, Standing } from "./source.ts";

/** Files by their relative path. */
export type MemoryFiles = Readonly<Record<string, string | Uint8Array | MemoryFile>>;

/** A file held in memory. */
export interface MemoryFile {
  /** Text is sent as UTF-8. */
  readonly content: string | Uint8Array;
  /** Content-Type; by the name where it isn't given. */
  readonly type?: string;
  /** A Date, or milliseconds since the epoch. */
  readonly lastModified?: Date | number;
  /** The ETag field, such as `'"v1"'`; a SHA-256 of the content where it isn't given. */
  readonly entityTag?: string;
}

/** @throws TypeError for a path that isn't relative and canonical, and for a file that can't be held as it is given */
export function toMemorySource(files: MemoryFiles, mediaTypeOf: (path: string) => string): Source {
  if (!isRecord(files)) {
    throw new TypeError(`The files are an object such as { "index.html": "<p>hello" }, not ${show(files)}.`);
  }
  return new MemorySource(
    new Map(Object.entries(files).map(([path, file]) => [path, hold(path, file, mediaTypeOf)])),
  );
}

interface HeldFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
  readonly mediaTypeFromName: boolean;
  readonly lastModified: number | undefined;
  readonly entityTag: Validators["entityTag"];
}

function hold(
  path: string,
  given: string | Uint8Array | MemoryFile,
  mediaTypeOf: (path: string) => string,
): HeldFile {
  if (path.split("/").some((segment) => segment === "" || segment === "." || segment === "..")) {
    throw new TypeError(`${JSON.stringify(path)} is no relative path: write it as "folder/file.txt".`);
  }
  const { content, type, lastModified, entityTag } = toCheckedFile(path, given);
  return {
    // A copy, so that a buffer that its owner writes to again can't change beneath a tag.
    bytes: typeof content === "string" ? new TextEncoder().encode(content) : Uint8Array.from(content),
    mediaType: type ?? mediaTypeOf(path),
    mediaTypeFromName: type === undefined,
    lastModified: toLastModified(lastModified),
    entityTag: toEntityTag(entityTag),
  };
}

const KNOWN: Readonly<Record<keyof MemoryFile, true>> = {
  content: true,
  type: true,
  lastModified: true,
  entityTag: true,
};

/** A file whose content is one; its validators are still to be read. */
interface CheckedFile {
  readonly content: string | Uint8Array;
  readonly type?: string | undefined;
  readonly lastModified?: unknown;
  readonly entityTag?: unknown;
}

function toCheckedFile(path: string, given: unknown): CheckedFile {
  if (isContent(given)) return { content: given };
  if (!isRecord(given) || !isContent(given["content"])) {
    throw new TypeError(
      `The content of ${show(path)} is text or a Uint8Array, or { content: … } with one of them, not ${show(given)}.`,
    );
  }
  assertKnown(given, KNOWN);
  const { type, lastModified, entityTag } = given;
  if (type !== undefined) assertMediaType("type", type);
  return { content: given["content"], type, lastModified, entityTag };
}

function isContent(value: unknown): value is string | Uint8Array {
  return typeof value === "string" || value instanceof Uint8Array;
}

/** Nothing here ever changes. */
const ALWAYS: Standing = { stands: () => true };

class MemorySource implements Source {
  readonly #files: ReadonlyMap<string, HeldFile>;
  readonly #opened = new Map<string, Promise<OpenRepresentation>>();

  constructor(files: ReadonlyMap<string, HeldFile>) {
    this.#files = files;
  }

  find(path: string): Promise<Resource | undefined> {
    return Promise.resolve(this.#files.has(path) ? this.#fileResource(path) : this.#directory(path));
  }

  hasFile(path: string): boolean {
    return this.#files.has(path);
  }

  #fileResource(path: string): FileResource {
    const stored = this.#files.get(path)?.mediaTypeFromName === true ? storedVariant(path) : undefined;
    const coded = PRECOMPRESSED_CODINGS.map((contentCoding): Variant => ({ contentCoding })).filter(
      (variant) => stored === undefined && this.#files.has(siblingName(path, variant)),
    );
    return {
      kind: "file",
      standing: ALWAYS,
      variants: [...coded, stored ?? { contentCoding: undefined }],
      open: (variant): Promise<OpenRepresentation | undefined> => this.#open(path, variant),
    };
  }

  async #open(path: string, variant: Variant): Promise<OpenRepresentation | undefined> {
    const name = siblingName(path, variant);
    const identity = this.#files.get(path);
    const file = this.#files.get(name);
    if (identity === undefined || file === undefined) return undefined;
    // Opened once: the tag is a hash of the content, which doesn't change.
    const { bytes, entityTag, lastModified } = file;
    const { mediaType, mediaTypeFromName } = identity;
    const about = { mediaType, mediaTypeFromName, ...variant, entityTag, lastModified, standing: ALWAYS };
    const key = `${path}
${name}`;
    const open = this.#opened.get(key) ?? openBytes(bytes, about);
    this.#opened.set(key, open);
    return open;
  }

  #directory(path: string): Resource | undefined {
    const below = path === "" ? "" : `${path}/`;
    const names = [...this.#files.keys()].filter((name) => name.startsWith(below));
    if (names.length === 0 && path !== "") return undefined;
    return {
      kind: "directory",
      list: () => Promise.resolve(this.#entries(below, names)),
    };
  }

  #entries(below: string, names: readonly string[]): readonly Entry[] {
    const entries = new Map<string, Entry>();
    for (const path of names) {
      const [name = "", ...deeper] = path.slice(below.length).split("/");
      const file = deeper.length === 0 ? this.#files.get(path) : undefined;
      entries.set(name, {
        name,
        kind: file ? "file" : "directory",
        length: file?.bytes.length,
        lastModified: file?.lastModified,
      });
    }
    return [...entries.values()];
  }
}
