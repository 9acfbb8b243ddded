import { lengthAtHand, type StreamDelivery } from "../../deliveries/delivery.ts";
import { chunksOf } from "../../deliveries/stream.ts";
import { JUDGED_FIELDS, type JudgedField, type RequestFields } from "../../http/request-fields.ts";
import type { Account, Report } from "../../observe/report.ts";
import { type Answer, FAILED } from "../../serve/answer.ts";
import type { RequestHead } from "../../serve/request-head.ts";

/** A handler of the web's own: Bun, Deno and every framework of the Fetch standard. It never rejects. */
export type FetchHandler = (request: Request) => Promise<Response>;

/** The two ways to an answer: at once, of what is known, and the whole way. */
export interface FetchJudge {
  readonly recall: (request: RequestHead) => Answer | undefined;
  readonly judge: (request: RequestHead) => Promise<Answer>;
  /** The canonical path that is asked for, for whoever is told of the request. */
  readonly pathOf: (request: RequestHead) => string | undefined;
}

/** Answers requests of the Fetch standard. */
export function toFetchHandler({ recall, judge, pathOf }: FetchJudge, report: Report): FetchHandler {
  return async (request) => {
    const head = toRequestHead(request);
    const account = report.start(head, pathOf);
    const answer = recall(head) ?? (await judge(head));
    try {
      return toResponse(answer, request.signal, account);
    } catch (error) {
      // A field that can't be sent: only an application's own can be so.
      if (answer.delivery.kind === "stream") answer.delivery.open.close();
      report.onError(error);
      return toResponse(FAILED, request.signal, account);
    }
  };
}

/** Translates a request of the Fetch standard into the pipeline's words. */
function toRequestHead(request: Request): RequestHead {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    target: pathname + search,
    fields: toRequestFields(request.headers),
    native: request,
  };
}

function toRequestFields(headers: Headers): RequestFields {
  const fields: { [Name in JudgedField]?: string } = {};
  for (const name of JUDGED_FIELDS) {
    const value = headers.get(name);
    if (value !== null) fields[name] = value;
  }
  return fields;
}

function toResponse(answer: Answer, signal: AbortSignal, account: Account): Response {
  const { head, delivery } = answer;
  const headers = new Headers(head.fields.map(([name, value]): [string, string] => [name, value]));
  const init = { status: head.status, headers };
  if (delivery.kind === "stream") {
    const done: Done = (bytes, aborted) => account.end(answer, { bytes, aborted });
    return new Response(toReadableStream(delivery, signal, done), init);
  }
  const response = new Response(delivery.kind === "bytes" ? delivery.bytes : null, init);
  const { aborted } = signal;
  // Nobody tells when the runtime has sent it.
  account.end(answer, { bytes: aborted ? 0 : lengthAtHand(delivery), aborted });
  return response;
}

type Done = (bytes: number, aborted: boolean) => void;

/**
 * A response that is never read would hold its file for ever: when the collector finds its stream unreachable, the file
 * is closed. Bound to the stream and not to the response, since a framework may put the one into another.
 */
const unread = new FinalizationRegistry<() => void>((close) => close());

/** Reads on only when asked, and closes what is open at the end, on an error, on cancel and on abort. */
function toReadableStream(
  delivery: StreamDelivery,
  signal: AbortSignal,
  done: Done,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  // The taker keeps each chunk, so each has memory of its own.
  const chunks = chunksOf(delivery, (size) => new Uint8Array(size));
  let bytes = 0;
  let ended = false;
  const end = (aborted: boolean): void => {
    if (ended) return;
    ended = true;
    signal.removeEventListener("abort", abort);
    delivery.open.close();
    done(bytes, aborted);
  };
  const abort = (): void => end(true);
  signal.addEventListener("abort", abort);
  // An abort that came before the listener is told to nobody.
  if (signal.aborted) abort();
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
          if (bytes === delivery.length) {
            end(false);
            controller.close();
          }
        } catch (error) {
          // The bytes that were promised exist no more: the runtime breaks the connection.
          end(true);
          controller.error(error);
        }
      },
      cancel: () => end(true),
    },
    { highWaterMark: 0 },
  );
  unread.register(stream, () => end(true));
  return stream;
}
