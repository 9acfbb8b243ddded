import type { Answer } from "../serve/answer.ts";
import type { RequestHead } from "../serve/request-head.ts";
import type { Delivered } from "./delivered.ts";

/** Tells the application what became of its requests; nothing that its callbacks do can harm an answer. */
export interface Report {
  readonly onError: (error: unknown) => void;
  /** Begins the account of one request. */
  start(request: RequestHead): Account;
}

/** The account of one request, closed once, after its last byte. */
export interface Account {
  /** Whether anyone wants to know. */
  readonly wanted: boolean;
  end(answer: Answer, sent: Pick<Delivered, "bytes" | "aborted">): void;
}

const UNWANTED: Account = { wanted: false, end: () => undefined };

export function toReport(
  onDelivered: ((event: Delivered) => unknown) | undefined,
  onError: (error: unknown) => void,
): Report {
  if (onDelivered === undefined) return { onError, start: () => UNWANTED };
  return {
    onError,
    start(request) {
      const started = performance.now();
      return {
        wanted: true,
        end({ head, judged }, { bytes, aborted }) {
          const ms = performance.now() - started;
          const event = { request, status: head.status, judged, bytes, aborted, ms };
          callSafely(() => onDelivered(event), onError);
        },
      };
    },
  };
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
