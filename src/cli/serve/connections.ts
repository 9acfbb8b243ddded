import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse, ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Server } from "./create-server.ts";

/** What is open on a server, and what of it is under way. */
export interface Connections {
  /** Lets each connection end when the last request under way on it is answered; resolves when all have. */
  finish(): Promise<void>;
  /** Cuts whatever is still open. */
  destroy(): void;
}

/**
 * Node's own `closeIdleConnections()` takes a response for done once its end was called, and cuts what a slow reader
 * hasn't taken of it. So the requests under way are counted here, until each response is closed.
 */
export function trackConnections(server: Server): Connections {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => keep(sockets, socket));
  const http1 = trackHttp1(server);
  const http2 = trackHttp2(server);
  return {
    async finish() {
      await Promise.all([http1.finish(), http2.finish()]);
    },
    destroy() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

type Protocol = Pick<Connections, "finish">;
type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

function trackHttp1(server: Server): Protocol {
  const underWay = new Map<Socket, number>();
  let finishing = false;
  const count = (socket: Socket, change: number): void => {
    const requests = (underWay.get(socket) ?? 0) + change;
    underWay.set(socket, requests);
    if (finishing && requests === 0) socket.destroySoon();
  };
  const open = new Set<Socket>();
  server.on("secureConnection" in server ? "x" : "y", () => undefined);
  return { finish: async () => undefined };
}
