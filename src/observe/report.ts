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
  readonly request: RequestHead;
  /** Whether anyone wants to know. */
  readonly wanted: boolean;
  end(answer: Answer, sent: Pick<Delivered, "bytes" | "aborted">): void;
}

export function toReport(
  onDelivered: ((event: Delivered) => void) | undefined,
  onError: (error: unknown) => void,
): Report {
  return {
    onError,
    start(request) {
      const started = performance.now();
      return {
        request,
        wanted: onDelivered !== undefined,
        end({ head, judged }, { bytes, aborted }) {
          if (onDelivered === undefined) return;
          try {
            onDelivered({
              request,
              status: head.status,
              judged,
              bytes,
              aborted,
              ms: performance.now() - started,
            });
          } catch (error) {
            onError(error);
          }
        },
      };
    },
  };
}
