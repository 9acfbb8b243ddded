import { type Stats, statSync } from "node:fs";
import { resolve, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type AbsolutePaths, toAbsolutePaths } from "./absolute-paths.ts";
import { pathBelow } from "./below-root.ts";
import { assertAmount, assertKnown, assertOneOf, show } from "./check-arguments.ts";
import { type PrecompressedCoding, toCodings } from "./content-codings.ts";
import { assertEntityTagOptions, type EntityTagOptions } from "./entity-tag-options.ts";
import { inThreadPool, waitedFor } from "./file-system.ts";
import { type FileRules, toFolderFile } from "./folder-file.ts";
import { folderOf } from "./folder-of.ts";
import { isHidden } from "./hidden.ts";
import { toFolderReader } from "./list-directory.ts";
import type { Place } from "./real-path.ts";
import { resolveBelow } from "./resolve-below.ts";
import { Siblings } from "./siblings.ts";
import type { Resource, Source } from "./source.ts";
import { FolderStanding, SHORT } from "./standing.ts";

export interface FilesOptions extends EntityTagOptions {
  /**
   * The content codings whose precompressed siblings (`app.js.br`, `app.js.zst`, `app.js.gz`) are offered for `app.js`,
   * the preferred first; `false` for none. Default: br, zstd, gzip.
   */
  readonly precompressed?: readonly PrecompressedCoding[] | false;
  /**
   * For folders of logs or recordings, whose files only ever grow at their end: a file that has become longer counts
   * as grown, and is sent to the announced length, also before stet has read what it would compare so as to tell growth from
   * an overwrite. Default: false.
   */
  readonly appendOnly?: boolean;
  /**
   * The files are only ever added, removed or replaced by others (as rename, rsync, package managers and most
   * deployments do), never written over in place, nor cut off. Then large contents leave by `sendfile(2)`, which the
   * system sends from its own memory: over plain HTTP/1.1 under Node on Linux, where the optional peer dependency koffi is
   * installed. If it isn't so, a client can get bytes of two versions as one. Default: false.
   */
  readonly neverOverwritten?: boolean;
  /**
   * For how many milliseconds a look at a path is relied on before it is looked at again. 0 looks for each request; a
   * folder that never changes once it is deployed can do with minutes. Default: 1, and then only for requests that are
   * handled in one go.
   */
  readonly freshFor?: number;
  /**
   * Whether everything else waits while files are looked up, opened and read, which takes microseconds on a disk of this
   * machine and costs a fraction of the processor time. `false` lets the thread pool wait, for a network file system
   * that may be slow to answer: nothing is then kept of its files, unless a `freshFor` of more than 1 says how long a
   * look, which is always waited for, is good for. Default: true.
   */
  readonly blocking?: boolean;
}

/** Folders whose standing is remembered; each is a few hundred bytes. */
const MOST_FOLDERS = 10_000;

/**
 * The regular files below a folder. Nothing outside it is ever served: not by `..`, not by a symbolic link, not by one
 * that is put in place while a request runs. The folder may itself be a symbolic link, and may be pointed elsewhere.
 *
 * @param root the folder, absolute or relative to the working directory, or a `file:` URL
 * @throws TypeError where the root is no folder, or an option means nothing, or two contradict each other
 */
export function files(root: string | URL, options: FilesOptions = {}): Source {
  assertKnown(options, KNOWN);
  for (const name of ["appendOnly", "neverOverwritten"] as const) {
    assertOneOf(name, options[name], [true, false]);
  }
  assertNoContradiction(options);
  assertAmount("freshFor", options.freshFor);
  assertEntityTagOptions(options);
  assertOneOf("blocking", options.blocking, [true, false]);
  return new FilesSource(toFolder(root), options);
}

const KNOWN: Readonly<Record<keyof FilesOptions, true>> = {
  precompressed: true,
  appendOnly: true,
  neverOverwritten: true,
  freshFor: true,
  blocking: true,
  entityTags: true,
  entityTag: true,
};

function assertNoContradiction({ appendOnly, neverOverwritten }: FilesOptions): void {
  if (appendOnly !== true || neverOverwritten !== true) return;
  throw new TypeError(
    'The option "neverOverwritten" can\'t stand beside "appendOnly", since a file that grows is written to: leave out the one that doesn\'t hold.',
  );
}

function toFolder(root: string | URL): string {
  const folder = resolve(toPath(root));
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new TypeError(
      `The root ${JSON.stringify(folder)} is no folder: create it, or name one that exists.`,
    );
  }
  return folder;
}

/** An empty path would be the working directory, with all that stands in it. */
function toPath(root: string | URL): string {
  if (root instanceof URL && root.protocol === "file:") return fileURLToPath(root);
  if (typeof root === "string" && root !== "") return root;
  const given = root instanceof URL ? root.href : show(root);
  throw new TypeError(`The root is a folder such as "public", or a file: URL, not ${given}.`);
}

/** What absolute paths mean to a source; undefined where it is no folder. */
export function absolutePathsOf(source: Source): AbsolutePaths | undefined {
  return source instanceof FilesSource ? source.absolutePaths : undefined;
}

class FilesSource implements Source {
  readonly absolutePaths: AbsolutePaths;
  readonly #folder: string;
  readonly #rules: FileRules;
  readonly #siblings: Siblings;
  readonly #someStats: Stats;
  readonly #folders = new Map<string, FolderStanding>();

  constructor(folder: string, options: FilesOptions) {
    this.#folder = folder;
    this.absolutePaths = toAbsolutePaths(folder);
    const { appendOnly = false, neverOverwritten = false, freshFor = SHORT, blocking = true } = options;
    const system = blocking ? waitedFor : inThreadPool;
    const keeps = blocking || freshFor > SHORT;
    const growth = { mayGrow: true, appendOnly, neverOverwritten };
    this.#rules = { ...toTagOptions(options), ...growth, freshFor, keeps, system };
    this.#someStats = statSync(folder);
    this.#siblings = new Siblings(toCodings(options.precompressed), system);
  }

  async find(path: string): Promise<Resource | undefined> {
    // Asked anew each time: a deployment that swaps a link to its newest release is seen by the next request.
    const { system, keeps } = this.#rules;
    const root = await system.realpath(this.#folder);
    if (root === undefined) return undefined;
    // Before anything else is looked at, so that a change from here on is seen.
    const standing = keeps ? this.#standingOf(folderOf(path)) : undefined;
    return this.#toResource(root, path, await resolveBelow(root, path, system), standing);
  }

  #toResource(
    root: string,
    path: string,
    { target, isLink }: Awaited<ReturnType<typeof resolveBelow>>,
    standing: FolderStanding | undefined,
  ): Resource | undefined {
    const { system } = this.#rules;
    const linksTo = isLink ? target && pathBelow(root, target.actual) : undefined;
    const mayBeHidden = isHidden(linksTo ?? path);
    // A link can come to lead elsewhere without a trace in the folder that it stands in.
    if (isLink && (target === undefined || mayBeHidden)) standing?.doubt();
    const place: Place = { root, name: join(root, path), isLink, mayBeHidden };
    // Also made of what isn't there, as Node makes `Stats`: otherwise the time of a denied request tells that it isn't.
    const stats = target?.stats ?? copyOf(this.#someStats);
    const found = { place, stats, path, linksTo, standing: isLink ? undefined : standing };
    const file = toFolderFile(found, this.#siblings, this.#rules);
    if (target?.stats.isDirectory()) {
      return { kind: "directory", linksTo, ...toFolderReader({ ...place, name: target.actual }, system) };
    }
    // Nothing but a regular file is opened: a FIFO would wait for a writer, and opening a device can act on it.
    return target?.stats.isFile() ? file : undefined;
  }

  hasFile(path: string): boolean {
    try {
      return statSync(join(this.#folder, path), { throwIfNoEntry: false })?.isFile() === true;
    } catch {
      // What it is can't be told: a request will say what is wrong with it.
      return true;
    }
  }

  /** One for all the files of a folder, so that many of them cost one look. */
  #standingOf(folder: string): FolderStanding | undefined {
    const now = Date.now();
    const known = this.#folders.get(folder);
    if (known?.stands(now)) return known;
    const parent = folder === "" ? undefined : this.#standingOf(folderOf(folder));
    if (this.#folders.size >= MOST_FOLDERS) this.#folders.clear();
    const standing =
      folder === "" || parent !== undefined
        ? FolderStanding.of(join(this.#folder, folder), parent, now, this.#rules.freshFor)
        : undefined;
    if (standing === undefined) this.#folders.delete(folder);
    else this.#folders.set(folder, standing);
    return standing;
  }
}

function toTagOptions({ entityTags, entityTag }: FilesOptions): EntityTagOptions {
  return { ...(entityTags !== undefined && { entityTags }), ...(entityTag !== undefined && { entityTag }) };
}

function copyOf(stats: Stats): Stats {
  const copy: object = Object.create(Reflect.getPrototypeOf(stats));
  return Object.assign(copy, stats);
}
