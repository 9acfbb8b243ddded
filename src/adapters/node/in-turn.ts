import type { NodeRequest, NodeResponse } from "./handler.ts";

/** For each connection, the end of the last request that was begun on it. */
const ends = new WeakMap<object, Promise<void>>();

/**
 * Runs the handling of a request when those before it on the same HTTP/1 connection are answered. Node hands over all
 * requests of a pipeline at once: a client could have a thousand files opened with one packet, each waiting for its
 * turn to be sent. (HTTP/2 bounds its own streams.)
 */
export function inTurn<T>(
  request: NodeRequest,
  response: NodeResponse,
  handle: () => Promise<T>,
): Promise<T> {
  if (request.httpVersionMajor !== 1) return handle();
  const { socket } = request;
  const before = isItsTurn(response) ? undefined : ends.get(socket);
  const handled = before === undefined ? handle() : before.then(handle);
  const end = (): void => undefined;
  ends.set(socket, handled.then(end, end));
  return handled;
}

/** Node gives a response the socket when all before it have ended. */
function isItsTurn(response: NodeResponse): boolean {
  return response.socket !== null;
}
