import type { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse, Http2Session } from "node:http2";
import { Socket } from "node:net";
import { Server as TlsServer, TLSSocket } from "node:tls";
import type { Server } from "./create-server.ts";

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

/** A connection of HTTP/1, or one of HTTP/2. */
type Connection = Socket | Http2Session;

/**
 * What is open on a server, so that it can come to an end.
 *
 * Node's own `closeIdleConnections()` takes a response for done once its end was called, and cuts what a slow reader
 * hasn't taken of it. So the requests under way are counted here, until each response is closed.
 */
export class Connections {
  /** Every TCP connection, also one that is still in its handshake. */
  readonly #sockets = new Set<Socket>();
  /** How many requests are under way on each. */
  readonly #underWay = new Map<Connection, number>();
  #finishing = false;
  #onFinished: () => void = () => undefined;

  constructor(server: Server) {
    const events: EventEmitter = server;
    events.on("connection", (socket: Socket) => this.#addSocket(socket));
    events.on("session", (session: Http2Session) => this.#add(session));
    events.on(server instanceof TlsServer ? "secureConnection" : "connection", (socket: Socket) => {
      if (!isHttp2(socket)) this.#add(socket);
    });
    events.on("request", (request: Request, response: Response) => this.#addRequest(request, response));
  }

  /** Lets each connection end when the last request under way on it is answered. Resolves when all have ended. */
  finish(): Promise<void> {
    this.#finishing = true;
    for (const connection of this.#underWay.keys()) this.#end(connection);
    return new Promise((resolve) => {
      this.#onFinished = resolve;
      this.#tellIfFinished();
    });
  }

  /** Cuts whatever is still open. */
  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #addSocket(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
  }

  #add(connection: Connection): void {
    this.#underWay.set(connection, 0);
    connection.once("close", () => {
      this.#underWay.delete(connection);
      this.#tellIfFinished();
    });
    if (this.#finishing) this.#end(connection);
  }

  #addRequest(request: Request, response: Response): void {
    const connection = "stream" in request ? request.stream.session : request.socket;
    if (connection === undefined) return;
    this.#count(connection, 1);
    response.once("close", () => this.#count(connection, -1));
  }

  #count(connection: Connection, change: 1 | -1): void {
    const before = this.#underWay.get(connection);
    if (before === undefined) return;
    this.#underWay.set(connection, before + change);
    if (this.#finishing && connection instanceof Socket) this.#end(connection);
  }

  #end(connection: Connection): void {
    const idle = this.#underWay.get(connection) === 0;
    if (!(connection instanceof Socket)) endSession(connection, idle);
    else if (idle) connection.destroySoon();
  }

  #tellIfFinished(): void {
    if (this.#underWay.size === 0) this.#onFinished();
  }
}

/** Tells the client that no more requests are taken, and hangs up when its last one is answered. */
function endSession(session: Http2Session, idle: boolean): void {
  if (idle) session.socket.once("finish", hangUp);
  session.close();
}

/** An HTTP/2 connection that is closed from here waits until the other side closes it, too. */
function hangUp(this: Socket): void {
  this.destroy();
}

function isHttp2(socket: Socket): boolean {
  return socket instanceof TLSSocket && socket.alpnProtocol === "h2";
}
