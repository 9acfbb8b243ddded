import { type FetchNext, toFetchHandler } from "../adapters/fetch/handler.ts";
import type { Report } from "../observe/report.ts";
import type { ToChosenJudge } from "./judges.ts";
import type { SendOptions } from "./options.ts";

/**
 * Answers with one file that the application chose: its path below the root, or a content at hand.
 * For a path that can't be one below the root (`..`, an empty one, NUL, an absolute one outside the root) the response is 500, and
 * `onError` gets a TypeError that says what to write.
 */
export interface FetchSend<Content> {
  (request: Request, file: string | Content, options?: SendOptions): Promise<Response>;
  /** Under a framework: a missing file calls `next`, and a failure is thrown, such as that TypeError. */
  <T>(
    request: Request,
    file: string | Content,
    options: SendOptions | undefined,
    next: FetchNext<T>,
  ): Promise<Response | T>;
}

/** Each call is a handler of its own, with the one file in place of the request's target. */
export function toFetchSend<Content>(chosen: ToChosenJudge<Content>, report: Report): FetchSend<Content> {
  function send(request: Request, file: string | Content, said?: SendOptions): Promise<Response>;
  function send<T>(
    ...call: [Request, string | Content, SendOptions | undefined, FetchNext<T>]
  ): Promise<Response | T>;
  async function send<T>(
    request: Request,
    file: string | Content,
    said?: SendOptions,
    next?: FetchNext<T>,
  ): Promise<Response | T> {
    const handle = toFetchHandler(chosen(file, said), { fallthrough: true, report });
    return next === undefined ? handle(request) : handle(request, next);
  }
  return send;
}
