import { load } from "../../deliveries/choose-delivery.ts";
import type { Delivery, StreamDelivery } from "../../deliveries/delivery.ts";

/** What some runtimes have beside the Fetch standard, since they tell no Content-Length of a stream otherwise. */
interface Runtime extends Pick<typeof globalThis, "ReadableStream"> {
  /** Bun's. */
  readonly Bun?: { readonly file: (path: string) => Blob };
  /** Deno's. */
  readonly Deno?: object;
  /** workerd's: passes on as many bytes as are promised, and fails otherwise. */
  readonly FixedLengthStream?: new (length: number) => TransformStream<Uint8Array, Uint8Array>;
}

const runtime: Runtime = globalThis;

/** Up to this many bytes are read whole where a stream would lose its length. */
const MOST_READ_WHOLE = 1024 * 1024;

/** Milliseconds after which Bun has long opened a file that it was given. */
const TIME_TO_OPEN = 10_000;

/**
 * A content that the runtime would send without its length, read whole where it isn't large.
 *
 * @throws SourceError "changed" where it can't be read to its end: nothing has been sent yet
 */
export async function forRuntime(delivery: Delivery): Promise<Delivery> {
  if (runtime.Bun === undefined || delivery.kind !== "stream" || delivery.length > MOST_READ_WHOLE) {
    return delivery;
  }
  const loaded = await load(delivery, []);
  delivery.open.close();
  return loaded;
}

/**
 * A large content as Bun sends it by itself, with its length: a part of an open file of which no byte ever changes, since
 * Bun doesn't look whether it does. Undefined where it is to be a stream.
 */
export function toRuntimeBody({ open, pieces: [piece, ...others] }: StreamDelivery): Blob | undefined {
  const { file } = open;
  if (runtime.Bun === undefined || process.platform !== "linux" || file?.keepsItsBytes !== true)
    return undefined;
  if (piece === undefined || piece instanceof Uint8Array || others.length > 0) return undefined;
  // By the descriptor and not by the path, which may lead to another version meanwhile.
  const content = runtime.Bun.file(`/proc/self/fd/${file.descriptor}`);
  setTimeout(() => open.close(), TIME_TO_OPEN).unref();
  const { offset = 0 } = file;
  return content.slice(offset + piece.firstPos, offset + piece.lastPos + 1);
}

/** A stream whose length the runtime tells. */
export function withLength(stream: ReadableStream<Uint8Array>, length: number): ReadableStream<Uint8Array> {
  const { FixedLengthStream } = runtime;
  return FixedLengthStream === undefined || length === Infinity
    ? stream
    : stream.pipeThrough(new FixedLengthStream(length));
}

/**
 * The signal that tells that the client has gone. Undefined on Deno: there it also aborts after each response that was sent, and
 * whoever reads it makes Deno print a warning about that. Deno cancels the content of a response whose client has gone.
 */
export function disconnectSignal(request: Request): AbortSignal | undefined {
  return runtime.Deno === undefined ? request.signal : undefined;
}
