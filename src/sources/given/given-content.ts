import type { Representation } from "../../decision/representation.ts";
import { assertMediaType, isRecord, show } from "../check-arguments.ts";
import { toEntityTag, toLastModified } from "../given-validators.ts";
import { openBytes } from "../open-bytes.ts";
import { type OpenRepresentation, SourceError } from "../source.ts";
import { type Chunks, isStream, take, type Taking } from "./chunks.ts";
import type { GivenFile } from "./given-file.ts";

/** A content that is read by range: of an object store, of a database, of a format of one's own. */
export interface ReadableContent {
  /** Bytes. */
  readonly size: number;
  /** A Date, or milliseconds since the epoch as a `File` tells them. */
  readonly lastModified?: Date | number | undefined;
  /** The ETag field, such as `'"v1"'`. */
  readonly entityTag?: string | undefined;
  /** The Content-Type. Default: by the option `as`. */
  readonly type?: string | undefined;
  /**
   * The bytes from one position to another, both included: all of them, and no more. They are asked for once for each
   * range that is sent, after the request was judged.
   */
  read(firstPos: number, lastPos: number): Chunks | Promise<Chunks>;
}

/** A content at hand: bytes, a `Blob` or `File`, what is read by range, or a stream, whose length nobody knows. */
export type GivenContent = ArrayBuffer | Blob | ReadableContent | Chunks;

/**
 * A content at hand as a file of a source.
 *
 * @param usualType the Content-Type where the content tells none
 * @throws TypeError for what is no content, or tells what it can't be
 */
export function toGivenFile(content: GivenContent, usualType: string): GivenFile {
  return { kind: "file", variants: [{ contentCoding: undefined }], ...toOpen(content, usualType) };
}

function toOpen(content: GivenContent, mediaType: string): Pick<GivenFile, "open" | "letGo"> {
  if (content instanceof ArrayBuffer || content instanceof Uint8Array) {
    // A copy, since its owner may write to it again while it is sent.
    const bytes = new Uint8Array(content).slice();
    return { open: () => openBytes(bytes, { mediaType, mediaTypeFromName: true }), letGo: () => undefined };
  }
  const open = isStream(content) ? new GivenStream(content, mediaType) : toReadable(content, mediaType);
  return { open: () => Promise.resolve(open), letGo: () => open.close() };
}

function toReadable(content: Blob | ReadableContent, mediaType: string): GivenRanges {
  return new GivenRanges(content instanceof Blob ? fromBlob(content) : content, mediaType);
}

function fromBlob(blob: Blob): ReadableContent {
  return {
    size: blob.size,
    lastModified: "lastModified" in blob ? Number(blob.lastModified) : undefined,
    type: blob.type === "" ? undefined : blob.type,
    read: (firstPos, lastPos) => blob.slice(firstPos, lastPos + 1).stream(),
  };
}

/** What gives its bytes in order, and is let go when nobody wants more of them. */
abstract class Given implements OpenRepresentation {
  abstract readonly representation: Representation;

  abstract stream(firstPos: number, lastPos: number): AsyncIterable<Uint8Array>;
  abstract close(): void;

  /** Never called, since there is `stream`. */
  read(): Promise<number> {
    return Promise.reject(new SourceError("failed"));
  }
}

class GivenRanges extends Given {
  readonly representation: Representation;
  readonly #content: ReadableContent;
  /** What is waited for, be it `read` itself, and the stream that it gave. */
  #range: Taking | undefined;
  #given: Taking | undefined;
  #closed = false;

  constructor(content: ReadableContent, usualType: string) {
    super();
    assertReadable(content);
    this.#content = content;
    this.representation = {
      contentCoding: undefined,
      mediaType: content.type ?? usualType,
      mediaTypeFromName: content.type === undefined,
      length: content.size,
      validators: {
        entityTag: toEntityTag(content.entityTag),
        lastModified: toLastModified(content.lastModified),
      },
      acceptRanges: true,
    };
  }

  stream(firstPos: number, lastPos: number): AsyncIterable<Uint8Array> {
    this.#range = take(this.#give(firstPos, lastPos));
    if (this.#closed) this.#range.cancel();
    return this.#range.chunks;
  }

  async *#give(firstPos: number, lastPos: number): AsyncGenerator<Uint8Array, void, undefined> {
    const given = take(assertChunks(await this.#content.read(firstPos, lastPos)));
    this.#given = given;
    if (this.#closed) given.cancel();
    else yield* given.chunks;
  }

  close(): void {
    this.#closed = true;
    this.#range?.cancel();
    this.#given?.cancel();
  }
}

/** A stream is there once: it is sent whole, and nothing of it can be compared. */
class GivenStream extends Given {
  readonly representation: Representation;
  /** From the start: until somebody reads it, it may fail, and nobody else lets go of what is open behind it. */
  readonly #taking: Taking;

  constructor(given: Chunks, mediaType: string) {
    super();
    this.#taking = take(given);
    this.representation = {
      contentCoding: undefined,
      mediaType,
      mediaTypeFromName: true,
      length: Infinity,
      validators: { entityTag: undefined, lastModified: undefined },
      acceptRanges: false,
    };
  }

  stream(): AsyncIterable<Uint8Array> {
    return this.#taking.chunks;
  }

  close(): void {
    this.#taking.cancel();
  }
}

/** @throws TypeError that says what to write instead */
function assertReadable(content: unknown): asserts content is ReadableContent {
  if (!isRecord(content) || typeof content["read"] !== "function") {
    throw new TypeError(
      `Write send(request, file) or send(request, response, file), the file a path below the root such as "reports/2026.pdf", bytes, a Blob, a FileHandle, a stream, an async generator or { size, read(firstPos, lastPos) }, not ${show(content)}.`,
    );
  }
  const { size, type } = content;
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    throw new TypeError(`The "size" of a content is its number of bytes, not ${show(size)}.`);
  }
  if (type !== undefined) assertMediaType("type", type);
}

/** @throws SourceError where an application's `read` gives something else */
function assertChunks(chunks: unknown): Chunks {
  if (chunks instanceof Uint8Array || isStream(chunks)) return chunks;
  const message = `The read() of a content gives a Uint8Array or a stream of them, not ${show(chunks)}.`;
  throw new SourceError("failed", new TypeError(message));
}
