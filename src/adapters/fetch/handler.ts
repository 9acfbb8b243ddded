import { lengthAtHand, type StreamDelivery } from "../../deliveries/delivery.ts";
import { chunksOf } from "../../deliveries/stream.ts";
import { JUDGED_FIELDS, type JudgedField, type RequestFields } from "../../http/request-fields.ts";
import type { Account, Report } from "../../observe/report.ts";
import type { Answer } from "../../serve/answer.ts";
import type { RequestHead } from "../../serve/request-head.ts";
import type { Judge } from "../../serve/serve.ts";
import { takeMount } from "../mount.ts";

/** A handler of the web's own: Bun, Deno and every framework of the Fetch standard. */
export interface FetchHandler {
  /** It never rejects. */
  (request: Request): Promise<Response>;
  /**
   * Under a framework: what isn't ours goes on to `next`, and what fails is thrown, for the framework's own handling of
   * errors.
   *
   * @param mount the path in front of the root, as sent, such as `"/static"`: where it isn't the policy's own `prefix`
   */
  <T>(request: Request, next: FetchNext<T>, mount?: string): Promise<Response | T>;
}

export type FetchNext<T> = () => T | Promise<T>;

export interface FetchHandlerOptions {
  /** Whether what isn't ours, and what fails, goes on to `next`, where there is one. */
  readonly fallthrough: boolean;
  readonly report: Report;
}

/** Answers requests of the Fetch standard. */
export function toFetchHandler(
  { recall, judge, attempt }: Judge,
  { fallthrough, report }: FetchHandlerOptions,
): FetchHandler {
  async function alone(request: Request): Promise<Response> {
    const head = toRequestHead(request);
    const account = report.start(head);
    const answer = recall(head) ?? (await judge(head));
    try {
      return toResponse(answer, request.signal, account);
    } catch (error) {
      report.onError(error);
      return new Response(null, { status: 500 });
    }
  }

  async function under<T>(request: Request, next: FetchNext<T>, mount: string): Promise<Response | T> {
    const whole = toRequestHead(request);
    const below = takeMount(mount, whole.target);
    if (below === undefined) return next();
    const head = { ...whole, ...below };
    const account = report.start(head);
    const outcome = recall(head) ?? (await (fallthrough ? attempt(head) : judge(head)));
    return outcome === "pass" ? next() : toResponse(outcome, request.signal, account);
  }

  function handle(request: Request): Promise<Response>;
  function handle<T>(request: Request, next: FetchNext<T>, mount?: string): Promise<Response | T>;
  function handle<T>(request: Request, next?: FetchNext<T>, mount = ""): Promise<Response | T> {
    // Bun, Deno and workers give something of their own in its place.
    return typeof next === "function" ? under(request, next, mount) : alone(request);
  }
  return handle;
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

/** @throws TypeError for a field that can't be sent: only an application's own can be so */
function toResponse(answer: Answer, signal: AbortSignal, account: Account): Response {
  const { head, delivery } = answer;
  const end = (bytes: number, aborted: boolean): void => account.end(answer, { bytes, aborted });
  const isStream = delivery.kind === "stream";
  try {
    const headers = new Headers(head.fields.map(([name, value]): [string, string] => [name, value]));
    const init = { status: head.status, headers };
    if (isStream) return new Response(toReadableStream(delivery, signal, end), init);
    const response = new Response(delivery.kind === "bytes" ? delivery.bytes : null, init);
    end(lengthAtHand(delivery), false);
    return response;
  } catch (error) {
    if (isStream) delivery.open.close();
    throw error;
  }
}

/**
 * A response that is never read would hold its file for ever: when the collector finds its stream unreachable, the file
 * is closed. Bound to the stream and not to the response, since a framework may put the one into another.
 */
const unread = new FinalizationRegistry<() => void>((close) => close());

/** Reads on only when asked, and closes what is open at the end, on an error, on cancel and on abort. */
function toReadableStream(
  delivery: StreamDelivery,
  signal: AbortSignal,
  done: (bytes: number, aborted: boolean) => void,
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
          // With the last bytes, and not when more is asked for: a client that has them all may be gone by then.
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
