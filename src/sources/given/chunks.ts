import { isRecord } from "../check-arguments.ts";

/** Bytes as they come: all at once, as a stream of the web's or of Node's, or of any generator. */
export type Chunks = Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** Whether it is a stream of some kind. */
export function isStream(value: unknown): value is Exclude<Chunks, Uint8Array> {
  return isRecord(value) && ("getReader" in value || Symbol.asyncIterator in value);
}

/** A stream that is being taken, and can be let go at any time. */
export interface Taking {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Lets go, also while a chunk is waited for; a second call does nothing. */
  cancel(): void;
}

export function take(given: Chunks): Taking {
  if (given instanceof Uint8Array) return { chunks: once(given), cancel: () => undefined };
  return "getReader" in given ? takeReadable(given) : takeIterable(given);
}

/** By its reader: not every runtime can iterate over a stream, and a pending read must not hinder the cancelling. */
function takeReadable(stream: ReadableStream<Uint8Array>): Taking {
  if (stream.locked) throw new TypeError("The stream is locked: give one that nobody reads.");
  const reader = stream.getReader();
  const cancel = (): void => void reader.cancel().catch(() => undefined);
  const iterator: AsyncIterator<Uint8Array> = {
    async next() {
      const { done, value } = await reader.read();
      return done ? { done, value: undefined } : { done, value };
    },
    return() {
      cancel();
      return Promise.resolve({ done: true, value: undefined });
    },
  };
  return { chunks: toIterable(iterator), cancel };
}

function takeIterable(iterable: AsyncIterable<Uint8Array>): Taking {
  // One that fails while nobody reads it would end the process.
  if ("on" in iterable && typeof iterable.on === "function") iterable.on("error", () => undefined);
  const iterator = iterable[Symbol.asyncIterator]();
  let wake: (() => void) | undefined;
  let cancelled = false;
  const cancel = (): void => {
    if (cancelled) return;
    cancelled = true;
    wake?.();
    void letGo(iterable, iterator).catch(() => undefined);
  };
  const cancellable: AsyncIterator<Uint8Array> = {
    next: () =>
      new Promise((resolve, reject) => {
        // What is waited for may never come: a generator can't be ended while it waits itself.
        wake = () => resolve({ done: true, value: undefined });
        if (cancelled) wake();
        else iterator.next().then(resolve, reject);
      }),
    return() {
      cancel();
      return Promise.resolve({ done: true, value: undefined });
    },
  };
  return { chunks: toIterable(cancellable), cancel };
}

/** A promise, also for what throws at once. */
async function letGo(
  iterable: AsyncIterable<Uint8Array>,
  iterator: AsyncIterator<Uint8Array>,
): Promise<void> {
  // A stream of Node's: a pending read of it ends only so.
  if ("destroy" in iterable && typeof iterable.destroy === "function") iterable.destroy();
  else await iterator.return?.();
}

function toIterable<T>(iterator: AsyncIterator<T>): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => iterator };
}

async function* once<T>(value: T): AsyncGenerator<T, void, undefined> {
  yield await Promise.resolve(value);
}
