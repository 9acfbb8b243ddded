import { type Answer, nameOfDelivery } from "../serve/answer.ts";
import type { RequestHead } from "../serve/request-head.ts";
import { channel } from "./channel.ts";
import type { Delivered } from "./delivered.ts";

/** Tells the application what became of its requests; nothing that its callbacks do can harm an answer. */
export interface Report {
  readonly onError: (error: unknown) => void;
  /**
   * Begins the account of one request.
   *
   * @param pathOf the path that it asks for, where its answer is about no file
   */
  start(request: RequestHead, pathOf: (request: RequestHead) => string | undefined): Account;
}

/** The account of one request, closed once, after its last byte. */
export interface Account {
  /** Whether anyone wants to know. */
  readonly wanted: boolean;
  /** The first end counts. */
  end(answer: Answer, sent: Sent): void;
}

/** How the sending of an answer ended. */
export interface Sent extends Pick<Delivered, "bytes" | "aborted"> {
  /** How the content left, where it isn't the answer alone that says it. */
  readonly delivery?: Delivered["delivery"];
  /** Why it broke off, where that wasn't the client's doing. */
  readonly failure?: unknown;
}

/** One for all requests that nobody asks about: they cost nothing more than the question. */
const UNWANTED: Account = { wanted: false, end: () => undefined };

export function toReport(
  onDelivered: ((event: Delivered) => unknown) | undefined,
  onError: (error: unknown) => void,
): Report {
  const tell = (event: Delivered): void => {
    if (onDelivered !== undefined) callSafely(() => onDelivered(event), onError);
    channel?.publish(event);
  };
  return {
    onError,
    // Asked for each request: who watches a process comes and goes while it runs.
    start: (request, pathOf) =>
      onDelivered === undefined && channel?.hasSubscribers !== true
        ? UNWANTED
        : new WantedAccount(request, pathOf, tell),
  };
}

class WantedAccount implements Account {
  readonly wanted = true;
  readonly #started = performance.now();
  readonly #request: RequestHead;
  readonly #pathOf: (request: RequestHead) => string | undefined;
  #tell: ((event: Delivered) => void) | undefined;

  constructor(
    request: RequestHead,
    pathOf: (request: RequestHead) => string | undefined,
    tell: (event: Delivered) => void,
  ) {
    this.#request = request;
    this.#pathOf = pathOf;
    this.#tell = tell;
  }

  end(answer: Answer, { bytes, aborted, delivery = nameOfDelivery(answer.delivery) }: Sent): void {
    const tell = this.#tell;
    if (tell === undefined) return;
    this.#tell = undefined;
    const { head, judged, file, ranges = [] } = answer;
    tell({
      request: this.#request,
      path: file?.path ?? this.#pathOf(this.#request),
      status: head.status,
      judged,
      delivery,
      bytes,
      ranges,
      completeLength: file?.length,
      finished: !aborted,
      aborted,
      ms: performance.now() - this.#started,
    });
  }
}

/** Calls what is the application's own: neither what it throws nor a promise that it rejects goes further than here. */
export function callSafely(call: () => unknown, onError: (error: unknown) => void): void {
  try {
    const result = call();
    if (result instanceof Promise) result.catch(onError);
  } catch (error) {
    onError(error);
  }
}

/** An `onError` that can't fail. */
export function safely(onError: (error: unknown) => unknown): (error: unknown) => void {
  return (error) => callSafely(() => onError(error), tellNobody);
}

/** Where the telling of an error fails, there is nobody left to be told. */
function tellNobody(): void {
  // Nothing is the best that can be done.
}
