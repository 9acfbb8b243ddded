import type { Socket } from "node:net";
import type { NodeRequest, NodeResponse } from "./handler.ts";

/** How many requests of one connection may wait before no more are read from it. */
const MOST_WAITING = 32;

/** For each connection, what is called when it closes: one for each request that waits on it. */
const waiting = new WeakMap<Socket, Set<() => void>>();

/**
 * Waits until it is a response's turn on its HTTP/1 connection. Node hands over all requests of a pipeline at once: a
 * client could have a thousand files opened with one packet, each waiting to be sent. Once too many wait, the connection
 * isn't read until they have been answered.
 *
 * (HTTP/2 has no turns; there the server's `maxConcurrentStreams` is the bound.)
 *
 * @returns whether somebody is still there to be answered
 */
export async function itsTurn(request: NodeRequest, response: NodeResponse): Promise<boolean> {
  if (request.httpVersionMajor !== 1) return true;
  if (response.socket === null && !response.writableEnded && !request.socket.destroyed) {
    await wait(request.socket, response);
  }
  return !request.socket.destroyed;
}

/** Node gives a response the socket when all before it have ended. One that never gets it ends with the connection. */
function wait(socket: Socket, response: NodeResponse): Promise<void> {
  const others = waitingOn(socket);
  return new Promise((resolve) => {
    const done = (): void => {
      if (!others.delete(done)) return;
      if (others.size === MOST_WAITING) socket.resume();
      resolve();
    };
    others.add(done);
    if (others.size > MOST_WAITING) socket.pause();
    response.once("socket", done);
  });
}

function waitingOn(socket: Socket): Set<() => void> {
  const known = waiting.get(socket);
  if (known !== undefined) return known;
  const all = new Set<() => void>();
  waiting.set(socket, all);
  socket.once("close", () => {
    for (const done of all) done();
  });
  return all;
}
