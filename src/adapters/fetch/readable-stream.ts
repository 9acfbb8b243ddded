import type { StreamDelivery } from "../../deliveries/delivery.ts";
import { chunksOf } from "../../deliveries/stream.ts";

/** Told at the end of a content: how many bytes of it were taken, and whether the rest wasn't. */
export type Done = (bytes: number, aborted: boolean) => void;

/**
 * A response that is never read would hold its file for ever: when the collector finds its stream unreachable, the file
 * is closed. Bound to the stream and not to the response, since a framework may put the one into another.
 */
const unread: FinalizationRegistry<() => void> | undefined =
  // Some runtimes have none, and no files either.
  "FinalizationRegistry" in globalThis ? new FinalizationRegistry((close) => close()) : undefined;

/** Reads on only when asked, and closes what is open at the end, on an error, on cancel and on abort. */
export function toReadableStream(
  delivery: StreamDelivery,
  signal: AbortSignal | undefined,
  done: Done,
  onError: (error: unknown) => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  // The taker keeps each chunk, so each has memory of its own.
  const chunks = chunksOf(delivery, (size) => new Uint8Array(size));
  let bytes = 0;
  let ended = false;
  const end = (aborted: boolean): void => {
    if (ended) return;
    ended = true;
    signal?.removeEventListener("abort", abort);
    delivery.open.close();
    void chunks.return().catch(() => undefined);
    done(bytes, aborted);
  };
  const abort = (): void => end(true);
  signal?.addEventListener("abort", abort);
  // An abort that came before the listener is told to nobody.
  if (signal?.aborted === true) abort();
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        try {
          const next = await chunks.next();
          if (next.done !== true) {
            bytes += next.value.length;
            controller.enqueue(next.value);
          }
          // With its last bytes and not after them: whoever has them all may never ask for more.
          if (bytes === delivery.length || next.done === true) {
            end(false);
            controller.close();
          }
        } catch (error) {
          // The bytes that were promised exist no more: the runtime breaks the connection.
          if (!ended) onError(error);
          end(true);
          controller.error(error);
        }
      },
      cancel: () => end(true),
    },
    { highWaterMark: 0 },
  );
  unread?.register(stream, () => end(true));
  return stream;
}
