import { crc32 as crc32Of, inflateRawSync } from "node:zlib";
import { type OpenRepresentation, readInto, SourceError } from "../source.ts";
import { type DeflateStream, Inflation } from "./inflation.ts";

/** Streams that are inflated at the same time; each takes about 100 KB and work in the thread pool. */
const MAX_RUNNING = 16;

/** Bytes inflated at a time of what is larger. */
const CHUNK = 64 * 1024;

/**
 * Up to this many bytes are inflated at once. That takes less than a millisecond, and a tenth of what the thread pool and its
 * streams cost for as many.
 */
const MAX_AT_ONCE = 256 * 1024;

/** Where in the archive a deflate stream begins, and what is to come out of it. */
export type Checkable = Omit<DeflateStream, "archive">;

/** What the archive is read by while a check runs. */
export type OpenArchive = Pick<OpenRepresentation, "read" | "close">;

/**
 * Tells of each deflate stream in one version of an archive whether exactly what the archive declares comes out of it: so
 * many bytes, with that CRC. gzip's own trailer doesn't protect a client, since browsers never look at it.
 *
 * Each stream is inflated once, for all who wait for it, and to its end even where they go: so however many requests there
 * are, and however large what comes out, a stream costs one inflating until the archive is read anew.
 */
export class DeflateChecks {
  readonly #results = new Map<string, Promise<void>>();
  /** Why a stream can't be sent, once it is known. */
  readonly #failures = new Map<string, SourceError>();
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /**
   * @param open opens the archive, for as long as the check runs
   * @throws SourceError "failed" where something else comes out, or what the reading of the archive throws
   */
  check(stream: Checkable, open: () => Promise<OpenArchive | undefined>): Promise<void> {
    const key = keyOf(stream);
    const known = this.#results.get(key);
    if (known !== undefined) return known;
    const result = this.#run(stream, open);
    this.#results.set(key, result);
    result.catch((error: unknown) => {
      if (error instanceof BrokenStream) this.#failures.set(key, error);
      // The archive couldn't be read, which says nothing of the stream.
      else this.#results.delete(key);
    });
    return result;
  }

  /** Before anything is sent. @throws SourceError "failed" where a check has found something else */
  assertNotBroken(stream: Checkable): void {
    const failure = this.#failures.get(keyOf(stream));
    if (failure !== undefined) throw failure;
  }

  async #run(stream: Checkable, open: () => Promise<OpenArchive | undefined>): Promise<void> {
    if (this.#running === MAX_RUNNING) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      const archive = await open();
      if (archive === undefined) throw new SourceError("changed");
      try {
        await inflateWhole(stream, archive);
      } finally {
        archive.close();
      }
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

/** What comes out of a stream isn't what its archive declares: that stays so until the archive is read anew. */
class BrokenStream extends SourceError {
  constructor(cause: unknown) {
    super("failed", cause);
  }
}

/** @throws BrokenStream, or what the reading of the archive throws */
async function inflateWhole(stream: Checkable, archive: OpenArchive): Promise<void> {
  const { length, deflatedLength } = stream;
  if (Math.max(length, deflatedLength) > MAX_AT_ONCE) return inflateInPieces(stream, archive);
  const deflated = new Uint8Array(deflatedLength);
  await readInto(archive, deflated, stream.offset);
  try {
    inflateAtOnce(stream, deflated);
  } catch (error) {
    throw new BrokenStream(error);
  }
}

/** @throws Error where something else comes out */
function inflateAtOnce({ length, deflatedLength, crc32 }: Checkable, deflated: Uint8Array): void {
  // A buffer of its own length for the usual case. With `info`, Node tells how much of the stream was needed.
  const options = { info: true, maxOutputLength: Math.max(length, 1), chunkSize: Math.max(length + 1, 64) };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the types of Node don't know what "info" returns
  const { buffer, engine } = inflateRawSync(deflated, options) as unknown as Inflated;
  assertConsumed(engine.bytesWritten, deflatedLength);
  if (buffer.length !== length) throw new Error("A deflated file is shorter than its archive says.");
  if (crc32Of(buffer) !== crc32) throw new Error("A deflated file has another CRC than its archive says.");
}

interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

async function inflateInPieces(stream: Checkable, archive: OpenArchive): Promise<void> {
  let unread: unknown;
  const reading: DeflateStream["archive"] = {
    async read(into, position) {
      try {
        return await archive.read(into, position);
      } catch (error) {
        unread = error;
        throw error;
      }
    },
  };
  const inflation = new Inflation({ ...stream, archive: reading });
  const into = new Uint8Array(CHUNK);
  try {
    for (let position = 0; position < stream.length;) position += await inflation.read(into, position);
    assertConsumed(inflation.consumed, stream.deflatedLength);
  } catch (error) {
    throw unread === undefined ? new BrokenStream(error) : error;
  } finally {
    inflation.close();
  }
}

/** What stands behind the end of a deflate stream would be read as gzip's trailer. */
function assertConsumed(consumed: number, deflatedLength: number): void {
  if (consumed === deflatedLength) return;
  throw new Error("A deflate stream ends before the place that its archive says.");
}

function keyOf({ offset, deflatedLength, length, crc32 }: Checkable): string {
  return `${offset} ${deflatedLength} ${length} ${crc32}`;
}
