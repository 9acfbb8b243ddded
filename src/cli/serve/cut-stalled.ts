import type { EventEmitter } from "node:events";
import { constants, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import type { Server } from "./create-server.ts";
import { Movement } from "./movement.ts";
import { readUnsent, type Unsent } from "./unsent.ts";

/** How often a connection is looked at before its time is over. */
const LOOKS = 4;

/** Something that can stall. */
interface Watched {
  /** Changes whenever something moves. */
  readonly state: (unsent: Unsent) => string;
  /** Whether the other side has yet to take what was sent. */
  readonly isReading: (unsent: Unsent) => boolean;
  readonly cut: (unsent: Unsent) => void;
  readonly movement: Movement;
}

/**
 * Cuts a connection, or a stream of HTTP/2, on which nothing has moved for the timeout: each holds a descriptor.
 *
 * Node's `server.setTimeout()` looks at its own writes only. On a connection with large buffers it doesn't see for
 * many seconds that a slow reader takes what the system holds, and would cut one that reads steadily.
 *
 * @param timeout milliseconds
 */
export function cutStalled(server: Server, timeout: number): void {
  const watched = new Set<Watched>();
  const watch = (closing: EventEmitter, each: Watched): void => {
    watched.add(each);
    closing.once("close", () => watched.delete(each));
  };
  const events: EventEmitter = server;
  events.on("connection", (socket: Socket) => watch(socket, watchSocket(socket, timeout)));
  events.on("stream", (stream: ServerHttp2Stream) => watch(stream, watchStream(stream, timeout)));
  setInterval(() => void lookAt(watched), timeout / LOOKS).unref();
}

async function lookAt(watched: ReadonlySet<Watched>): Promise<void> {
  if (watched.size === 0) return;
  const unsent = await readUnsent();
  for (const { state, isReading, cut, movement } of watched) {
    if (movement.isStalled(state(unsent), isReading(unsent))) cut(unsent);
  }
}

function watchSocket(socket: Socket, timeout: number): Watched {
  const isReading = (unsent: Unsent): boolean => unsent(socket) > 0;
  return {
    state: (unsent) => `${socket.bytesRead} ${socket.bytesWritten} ${unsent(socket)}`,
    isReading,
    cut(unsent) {
      // A reset frees what the system holds for the reader; an ordinary end would wait for it to be taken.
      if (isReading(unsent)) socket.resetAndDestroy();
      else socket.destroy();
    },
    movement: new Movement(timeout),
  };
}

/** A reader can stop one stream by not widening its window, while the rest of the connection moves on. */
function watchStream(stream: ServerHttp2Stream, timeout: number): Watched {
  let drained = 0;
  stream.on("drain", () => drained++);
  return {
    state: () => String(drained),
    isReading: () => true,
    cut: () => stream.close(constants.NGHTTP2_CANCEL),
    movement: new Movement(timeout),
  };
}
