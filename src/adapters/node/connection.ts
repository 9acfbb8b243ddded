import { constants } from "node:http2";
import type { NodeRequest, NodeResponse } from "./handler.ts";

/** The line that an answer is sent on, of either version of HTTP: whether it still stands, and how it is cut. */
export interface Connection {
  isClosed(): boolean;
  /**
   * Starts something and waits until it is done, or until the connection is closed: the callbacks of writes that are
   * queued on a closed connection are never called.
   *
   * @returns whether it was done
   */
  until(start: (done: (error?: Error | null) => void) => void): Promise<boolean>;
  /** What is to be let go when the connection is closed, while nothing is written: a content may never come. */
  holds(release: () => void): void;
  /** Breaks the connection (HTTP/1) or the stream (HTTP/2), so that the client sees that bytes are missing. */
  destroy(): void;
  /** Stops listening. */
  release(): void;
}

export function connectionOf(request: NodeRequest, response: NodeResponse): Connection {
  // A response behind others on its connection isn't told when the connection closes; the socket is.
  const waiting = request.httpVersionMajor === 1 && response.socket === null ? request.socket : undefined;
  let cancel: (() => void) | undefined;
  let letGo: (() => void) | undefined;
  const onClose = (): void => {
    cancel?.();
    letGo?.();
  };
  response.on("close", onClose);
  waiting?.on("close", onClose);
  noticeReset(response);
  return {
    isClosed: () => isClosed(request, response),
    until: (start) =>
      new Promise((resolve) => {
        cancel = (): void => resolve(false);
        if (isClosed(request, response)) return resolve(false);
        start((error) => resolve(!error && !wasReset(response)));
      }),
    holds(release) {
      letGo = release;
    },
    destroy() {
      if ("stream" in response) response.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      else response.destroy();
    },
    release() {
      response.off("close", onClose);
      waiting?.off("close", onClose);
    },
  };
}

/**
 * Has Node close a stream of HTTP/2 that is reset, also where that is no error: it does so at once only where all that came
 * on it was taken, and otherwise would wait for ever until what is written has left.
 */
export function noticeReset(response: NodeResponse): void {
  if ("stream" in response && response.stream?.readableFlowing === null) response.stream.resume();
}

/** Breaks a connection whose head has promised bytes that no longer exist: only so does the client learn of it. */
export function breakOff(connection: Connection, failure: unknown): { readonly failure: unknown } {
  // A client that has gone lets go of what is read for it, and the reading then fails.
  const told = connection.isClosed() ? undefined : failure;
  connection.destroy();
  return { failure: told };
}

/** Whether nobody is there any more to be answered. */
export function isClosed(request: NodeRequest, response: NodeResponse): boolean {
  if ("stream" in response) return response.stream === undefined || response.stream.destroyed;
  return response.destroyed || request.socket.destroyed;
}

/** Tells when a response was sent to its end, or was aborted. The first that is told counts. */
export function onceSent(
  request: NodeRequest,
  response: NodeResponse,
  tell: (aborted: boolean) => void,
): void {
  // Nothing more is told of a connection that was closed before.
  if (isClosed(request, response)) return tell(true);
  // The event, not a callback: a middleware that has put its own `end` in place may not pass one on.
  // Node calls a response finished, too, whose connection was destroyed with bytes of it unsent.
  response.once("finish", () => tell(isCutOff(request, response)));
  response.once("close", () => tell(true));
}

/** Whether a response that Node calls finished was cut off all the same, with bytes of it unsent. */
function isCutOff(request: NodeRequest, response: NodeResponse): boolean {
  if ("stream" in response) return wasReset(response);
  const { destroyed, errored } = request.socket;
  return destroyed || errored instanceof Error;
}

/** HTTP/2 calls an end finished when the client has reset its stream, be it without an error. */
function wasReset(response: NodeResponse): boolean {
  if (!("stream" in response)) return false;
  const { stream } = response;
  if (stream === undefined || stream.rstCode !== constants.NGHTTP2_NO_ERROR) return true;
  return stream.destroyed && !stream.writableFinished;
}
