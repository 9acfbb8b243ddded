import type { Entry } from "../source.ts";
import type { ArchivedFile } from "./archived-file.ts";

/** Files and folders that are read of one archive. A name of some kilobytes can make a thousand folders, so they count. */
const MOST_NODES = 1_000_000;

/** A folder of an archive, with all that stands below it. */
export class ArchivedFolder {
  readonly kind = "directory";
  readonly #nodes = new Map<string, ArchivedFile | ArchivedFolder>();

  /** @param path as `find` of a source takes it */
  find(path: string): ArchivedFile | ArchivedFolder | undefined {
    return this.at(path === "" ? [] : path.split("/"));
  }

  at(segments: readonly string[]): ArchivedFile | ArchivedFolder | undefined {
    return segments.reduce<ArchivedFile | ArchivedFolder | undefined>(
      (node, segment) => (node?.kind === "directory" ? node.get(segment) : undefined),
      this,
    );
  }

  list(): readonly Entry[] {
    return Array.from(this.#nodes, ([name, node]) =>
      node.kind === "file"
        ? { name, kind: "file", length: node.length, lastModified: node.lastModified }
        : { name, kind: "directory", length: undefined, lastModified: undefined },
    );
  }

  get(name: string): ArchivedFile | ArchivedFolder | undefined {
    return this.#nodes.get(name);
  }

  set(name: string, node: ArchivedFile | ArchivedFolder): void {
    this.#nodes.set(name, node);
  }
}

/**
 * The tree of an archive, as unpacking it would leave it: of two files with one name the later stands, and where a file
 * and a folder have one name, whichever came first.
 */
export class ArchiveTree {
  readonly root: ArchivedFolder = new ArchivedFolder();
  #nodes = 0;

  /** @throws Error where there are too many */
  addFile(segments: readonly string[], file: ArchivedFile): void {
    const name = segments.at(-1);
    const folder = name === undefined ? undefined : this.#folderAt(segments.slice(0, -1));
    if (name === undefined || folder === undefined) return;
    const before = folder.get(name);
    if (before?.kind === "directory") return;
    if (before === undefined) this.#count();
    folder.set(name, file);
  }

  /** @throws Error where there are too many */
  addFolder(segments: readonly string[]): void {
    this.#folderAt(segments);
  }

  /** The folder, made where it isn't there; undefined where a file stands in its way. */
  #folderAt(segments: readonly string[]): ArchivedFolder | undefined {
    let folder = this.root;
    for (const segment of segments) {
      let next = folder.get(segment);
      if (next === undefined) {
        this.#count();
        next = new ArchivedFolder();
        folder.set(segment, next);
      }
      if (next.kind === "file") return undefined;
      folder = next;
    }
    return folder;
  }

  #count(): void {
    this.#nodes += 1;
    if (this.#nodes > MOST_NODES) throw new Error(`It holds more than ${MOST_NODES} files and folders.`);
  }
}

/**
 * The segments of a name in an archive, from the root on. Undefined for one that no path below a root could spell:
 * absolute, with "..", or with an empty segment inside. The "./" that `tar -c .` puts before each name is left out.
 */
export function toSegments(name: string): readonly string[] | undefined {
  const all = name.split("/");
  const first = all.findIndex((segment) => segment !== ".");
  const segments = first === -1 ? [] : all.slice(first, all.at(-1) === "" ? -1 : undefined);
  return segments.some((segment) => segment === "" || segment === "." || segment === "..")
    ? undefined
    : segments;
}
