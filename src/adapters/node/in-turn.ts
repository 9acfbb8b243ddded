import type { Socket } from "node:net";
import type { NodeRequest, NodeResponse } from "./handler.ts";

/** How many requests of one connection may wait before no more are read from it. */
const MOST_WAITING = 32;

/** Milliseconds after which a connection that isn't read is read once more, to see whether the client is gone. */
const LOOK_AFTER = 1_000;

const queues = new WeakMap<Socket, Queue>();

/**
 * Waits until it is a response's turn on its HTTP/1 connection. Node hands over all requests of a pipeline at once: a
 * client could have a thousand files opened with one packet, each waiting to be sent. Once too many wait, the connection
 * isn't read until they have been answered.
 *
 * (HTTP/2 has no turns; there the server's `maxConcurrentStreams` is the bound.)
 *
 * @returns false where the connection was closed meanwhile: nobody has begun to answer it, and nobody has to
 */
export async function itsTurn(request: NodeRequest, response: NodeResponse): Promise<boolean> {
  if (!isBehindOthers(request, response)) return true;
  if (!response.writableEnded && !request.socket.destroyed) await queueOf(request.socket).wait(response);
  return !request.socket.destroyed;
}

/** Whether answers to earlier requests of the connection are still to be sent. */
export function isBehindOthers(request: NodeRequest, response: NodeResponse): boolean {
  return request.httpVersionMajor === 1 && response.socket === null;
}

function queueOf(socket: Socket): Queue {
  const queue = queues.get(socket) ?? new Queue(socket);
  queues.set(socket, queue);
  return queue;
}

/** The requests that wait on one connection. */
class Queue {
  readonly #socket: Socket;
  /** For each of them, what tells it that its wait is over. */
  readonly #waiting = new Set<() => void>();
  #look: NodeJS.Timeout | undefined;
  #isLooking = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.once("close", () => {
      clearTimeout(this.#look);
      for (const done of this.#waiting) done();
    });
    // At the end of each request Node resumes the socket, unless Node itself has paused it.
    socket.on("resume", () => {
      if (!this.#isLooking) this.#hold();
      this.#isLooking = false;
    });
  }

  /** Node gives a response the socket when all before it have ended. One that never gets it ends with the connection. */
  wait(response: NodeResponse): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        if (!this.#waiting.delete(done)) return;
        if (this.#waiting.size === MOST_WAITING) this.#release();
        resolve();
      };
      this.#waiting.add(done);
      this.#hold();
      response.once("socket", done);
    });
  }

  /** Stops reading where too many wait. */
  #hold(): void {
    if (this.#waiting.size <= MOST_WAITING) return;
    this.#socket.pause();
    this.#look ??= setTimeout(() => this.#lookForClient(), LOOK_AFTER).unref();
  }

  #release(): void {
    clearTimeout(this.#look);
    this.#look = undefined;
    this.#socket.resume();
  }

  /** The end of a connection shows to who reads it, or writes to it. Behind an answer that doesn't come nobody does. */
  #lookForClient(): void {
    this.#look = undefined;
    if (this.#socket.writableLength > 0) return this.#hold();
    this.#isLooking = true;
    this.#socket.resume();
  }
}
