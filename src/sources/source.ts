import { show } from "./check-arguments.ts";
import type { Representation, Variant } from "../decision/representation.ts";

/**
 * Where bytes live. A source has two verbs: `find` looks, and `open` holds the very bytes that are then judged, so that
 * what was judged and what is sent cannot be two versions.
 *
 * Every source passes `test/contracts/source.ts`.
 */
export interface Source {
  /**
   * What stands at a path; undefined where nothing does, or nothing that this source may show.
   *
   * @param path canonical and relative, segments joined by "/", "" for the root
   * @throws SourceError
   */
  find(path: string): Promise<Resource | undefined>;
  /** Whether the bytes are somewhere else: all that is found can only be handed over. Default: false. */
  readonly elsewhere?: boolean;
  /**
   * Whether there is a file at a path, for a source that knows it without waiting: `stet()` checks the page of `spa` with it
   * at start. It returns true where it cannot tell.
   *
   * @param path as that of `find`
   */
  hasFile?(path: string): boolean;
}

export type Resource = FileResource | DirectoryResource;

/**
 * Whether something that was found still stands as it was found: a cheap, synchronous look. What was judged of it is
 * kept only as long.
 */
export interface Standing {
  /** @param now milliseconds since the epoch */
  stands(now: number): boolean;
}

export interface FileResource {
  readonly kind: "file";
  /**
   * Whether the path still leads to this file, by this choice of variants; undefined where only another `find` can
   * tell.
   */
  readonly standing?: Standing | undefined;
  /**
   * Its canonical path below the root, where another server that has the same files finds the same one by it; undefined
   * where a link leads there, or where it is no file of its own.
   */
  readonly path?: string | undefined;
  /**
   * Where a symbolic link leads there: the path below the root of the file itself. It is not served where that is a hidden
   * one.
   */
  readonly linksTo?: string | undefined;
  /** Whether its bytes are somewhere else: it can be looked at and handed over, never opened. Default: false. */
  readonly elsewhere?: boolean;
  /**
   * The identity and its content-coded siblings, in the order in which the source prefers them; or a function that finds
   * them. It is called once the client may have the file, so that the time of an answer doesn't tell a file that is
   * denied from one that isn't there. What it gives as `standing` takes the place of the one above.
   */
  readonly variants: readonly Variant[] | FindVariants;
  /**
   * Opens one of the variants; undefined where it has gone since. Whoever opens it closes it.
   *
   * @throws SourceError
   */
  open(variant: Variant): Promise<OpenRepresentation | undefined>;
  /**
   * What `open` would give, but for the bytes, where that can be had for less: a client whose copy still stands is told so
   * without anything being opened. Undefined where it has gone since.
   *
   * @throws SourceError
   */
  look?(variant: Variant): Promise<LookedRepresentation | undefined>;
}

/** @param onError told of siblings that are there and aren't offered, with the reason */
export type FindVariants = (onError: (error: unknown) => void) => Promise<FoundVariants>;

/** What a file can be sent as, and whether that stands. */
export interface FoundVariants {
  readonly variants: readonly Variant[];
  readonly standing?: Standing | undefined;
}

/** The variants of a file, looked for if need be. @throws SourceError */
export async function variantsOf(
  { variants, standing }: FileResource,
  onError: (error: unknown) => void,
): Promise<FoundVariants> {
  return typeof variants === "function" ? variants(onError) : { variants, standing };
}

/** A version of a file, as a look has found it. */
export type LookedRepresentation = Pick<OpenRepresentation, "representation" | "standing">;

export interface DirectoryResource {
  readonly kind: "directory";
  /** Where a symbolic link leads there: the path below the root of the folder itself. */
  readonly linksTo?: string | undefined;
  /**
   * Whether it is still there: asked before anything is told of it, where the finding alone isn't proof. Default: it is.
   *
   * @throws SourceError
   */
  isThere?(): Promise<boolean>;
  /** What stands directly below, in no order. @throws SourceError */
  list(): Promise<readonly Entry[]>;
}

/** One line of a directory. */
export interface Entry {
  readonly name: string;
  readonly kind: "file" | "directory";
  /** Bytes; undefined for a directory. */
  readonly length: number | undefined;
  /** Whole seconds since the epoch. */
  readonly lastModified: number | undefined;
  /** Where it is a symbolic link: the path below the root of what it leads to. */
  readonly linksTo?: string | undefined;
}

/** A version of a file, held until it is closed. */
export interface OpenRepresentation {
  readonly representation: Representation;
  /** Whether this version is still the one to send; undefined where only another `open` can tell. */
  readonly standing?: Standing | undefined;
  /**
   * Reads up to `into.length` bytes from `position` on and tells how many came; 0 past the end.
   *
   * Where the representation accepts no ranges, it is called from the first byte on, each time where the last one ended.
   *
   * @throws SourceError "changed" where the version that was opened can no longer be read
   */
  read(into: Uint8Array, position: number): Promise<number>;
  /**
   * The bytes of a range in order, where they come by themselves: it is then asked in place of `read`, once for each range
   * that is sent. `lastPos` is Infinity where the length isn't known.
   */
  stream?(firstPos: number, lastPos: number): AsyncIterable<Uint8Array>;
  /**
   * Called before a content is sent in several reads, and before its head: keeps what is needed to go on where the file has
   * only become longer.
   *
   * @throws SourceError "changed" where the file has changed since it was opened
   */
  keepSamples?(): Promise<void>;
  /** The bytes themselves, where they are in memory anyway: a range of them costs no copy. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
  /** The file itself, where the bytes are one's of the system: they can leave without passing through `read`. */
  readonly file?: OpenedFile | undefined;
  /** Lets go; a second call does nothing. A read under way ends first. */
  close(): void;
}

/** A version of which nothing is open: what is said of it can be told, its content can't be sent. */
export function unopened(representation: Representation): OpenRepresentation {
  return { representation, read: () => Promise.resolve(0), close: () => undefined };
}

/** A file of the system's, held open by a descriptor. */
export interface OpenedFile {
  /** Asked for anew for each use: it is negative once the representation is closed. */
  readonly descriptor: number;
  /** Where in the file the first byte stands, as that of a file in an archive does. Default: 0. */
  readonly offset?: number;
  /**
   * Whether the bytes that stand in it are never written over in place, nor cut off: the word of who writes it. Only
   * then may the system send them from its own memory, since what is on its way there changes with the file. Default:
   * false.
   */
  readonly keepsItsBytes?: boolean;
  /**
   * To be asked after each use. A file that has only become longer still has the version that was opened.
   *
   * @param bytes what was read by the descriptor, where it was, and from which position of the file
   * @throws SourceError "changed" where it is no longer the version that was opened, or where that isn't clear yet
   */
  assertUnchanged(bytes?: Uint8Array, position?: number): void;
  /**
   * Asked where `assertUnchanged` has thrown. Waits until it is clear whether the file was overwritten or appended to.
   *
   * @returns whether it was unclear and has only become longer: then the same can be tried again
   * @throws SourceError "changed" where it was overwritten
   */
  confirmGrowth?(): Promise<boolean>;
}

export type SourceErrorCode =
  /** The bytes exist, but this process may not read them. */
  | "forbidden"
  /** A limit of the machine is reached (open files, memory): later it may work. */
  | "busy"
  /** What was opened has been cut short or overwritten. */
  | "changed"
  /** Anything else. */
  | "failed";

const CODES: Readonly<Record<SourceErrorCode, true>> = {
  forbidden: true,
  busy: true,
  changed: true,
  failed: true,
};

/** A source's failure. It becomes a status in one place and its cause is never shown to a client. */
export class SourceError extends Error {
  override readonly name = "SourceError";
  readonly code: SourceErrorCode;

  constructor(code: SourceErrorCode, cause?: unknown) {
    super(`the source answered: ${code}${cause instanceof Error ? `: ${cause.message}` : ""}`, { cause });
    if (!Object.hasOwn(CODES, code)) {
      const known = Object.keys(CODES).map(show);
      throw new TypeError(`The code of a SourceError is ${known.join(" or ")}, not ${show(code)}.`);
    }
    this.code = code;
  }
}

/**
 * Fills memory with the bytes from a position on.
 *
 * @throws SourceError "changed" where they are no longer all there, "failed" where the source tells no count of them, or
 *   gives more
 */
export async function readInto(
  open: Pick<OpenRepresentation, "read" | "stream">,
  memory: Uint8Array,
  firstPos: number,
): Promise<void> {
  if (open.stream !== undefined) {
    let filled = 0;
    for await (const chunk of streamExactly(
      open.stream(firstPos, firstPos + memory.length - 1),
      memory.length,
    )) {
      memory.set(chunk, filled);
      filled += chunk.length;
    }
    return;
  }
  for (let filled = 0; filled < memory.length;) {
    const into = memory.subarray(filled);
    filled += checkedCount(await open.read(into, firstPos + filled), into);
  }
}

/**
 * A stream that gives as many bytes as are promised, and no other number of them.
 *
 * @param length bytes; Infinity where it isn't known
 * @throws SourceError "failed" where it ends before, goes on or gives something else
 */
export async function* streamExactly(
  chunks: AsyncIterable<Uint8Array>,
  length: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  let left = length;
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array)) {
      const message = `A content gives Uint8Arrays, such as new TextEncoder().encode("text"), not ${show(chunk)}.`;
      throw new SourceError("failed", new TypeError(message));
    }
    if (chunk.length === 0) continue;
    left -= chunk.length;
    // Before its last bytes are sent: the client would take what it has for the whole.
    if (left < 0) throw new SourceError("failed", new RangeError(miscounted("more", length)));
    yield isOwn(chunk) ? chunk : chunk.slice();
  }
  if (left > 0 && left !== Infinity)
    throw new SourceError("failed", new RangeError(miscounted("less", length)));
}

/** Memory that is shared between threads can't be sent as it is. */
function isOwn(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer;
}

function miscounted(by: "more" | "less", length: number): string {
  return `A content gives ${by} than the ${length} bytes that were asked for.`;
}

/**
 * How many bytes `read` says it gave, at least one. Any other count would never come to an end, or would send memory
 * that nothing was read into.
 *
 * @throws SourceError "changed" where none came, "failed" where it is no count
 */
export function checkedCount(count: number, into: Uint8Array): number {
  if (count === 0) throw new SourceError("changed");
  if (Number.isInteger(count) && count > 0 && count <= into.length) return count;
  const message = `A source's read() gives a whole number from 0 to ${into.length}, not ${String(count)}.`;
  throw new SourceError("failed", new RangeError(message));
}
