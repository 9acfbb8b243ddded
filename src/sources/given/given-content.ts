import type { Representation } from "../../decision/representation.ts";
import { assertMediaType, isRecord, show } from "../check-arguments.ts";
import { toEntityTag, toLastModified } from "../given-validators.ts";
import { openBytes } from "../open-bytes.ts";
import { type FileResource, type OpenRepresentation, SourceError } from "../source.ts";
import { type Chunks, isStream, take, type Taking } from "./chunks.ts";

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
export function toGivenFile(content: GivenContent, usualType: string): FileResource {
  const open = toOpen(content, usualType);
  return { kind: "file", variants: [{ contentCoding: undefined }], open };
}

function toOpen(content: GivenContent, mediaType: string): () => Promise<OpenRepresentation> {
  if (content instanceof ArrayBuffer || content instanceof Uint8Array) {
    // A copy, since its owner may write to it again while it is sent.
    const bytes = new Uint8Array(content).slice();
    return () => openBytes(bytes, { mediaType });
  }
  const open = isStream(content) ? new GivenStream(content, mediaType) : toReadable(content, mediaType);
  return () => Promise.resolve(open);
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
  #taking: Taking | undefined;
  #closed = false;

  protected abstract give(firstPos: number, lastPos: number): Chunks | Promise<Chunks>;

  async *stream(firstPos: number, lastPos: number): AsyncGenerator<Uint8Array, void, undefined> {
    const taking = take(assertChunks(await this.give(firstPos, lastPos)));
    this.#taking = taking;
    if (this.#closed) taking.cancel();
    else yield* taking.chunks;
  }

  /** Never called, since there is `stream`. */
  read(): Promise<number> {
    return Promise.reject(new SourceError("failed"));
  }

  close(): void {
    this.#closed = true;
    this.#taking?.cancel();
  }
}

class GivenRanges extends Given {
  readonly representation: Representation;
  readonly #content: ReadableContent;

  constructor(content: ReadableContent, usualType: string) {
    super();
    assertReadable(content);
    this.#content = content;
    this.representation = {
      contentCoding: undefined,
      mediaType: content.type ?? usualType,
      length: content.size,
      validators: {
        entityTag: toEntityTag(content.entityTag),
        lastModified: toLastModified(content.lastModified),
      },
      acceptRanges: true,
    };
  }

  protected give(firstPos: number, lastPos: number): Chunks | Promise<Chunks> {
    return this.#content.read(firstPos, lastPos);
  }
}

/** A stream is there once: it is sent whole, and nothing of it can be compared. */
class GivenStream extends Given {
  readonly representation: Representation;
  readonly #given: Chunks;
  #isGiven = false;

  constructor(given: Chunks, mediaType: string) {
    super();
    this.#given = given;
    this.representation = {
      contentCoding: undefined,
      mediaType,
      length: Infinity,
      validators: { entityTag: undefined, lastModified: undefined },
      acceptRanges: false,
    };
  }

  protected give(): Chunks {
    this.#isGiven = true;
    return this.#given;
  }

  /** Nobody else reads it to its end: what is open behind it would stay so. */
  override close(): void {
    super.close();
    if (!this.#isGiven) take(this.give()).cancel();
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
