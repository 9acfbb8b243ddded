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

/** A request and its response. */
export interface Exchange {
  readonly request: Request;
  readonly response: Response;
}

/** What is going on on a connection. */
interface State {
  /** How many requests are under way. */
  underWay: number;
  last: Exchange | undefined;
  /** To be called once, when no request is under way any more. */
  onIdle: (() => void) | undefined;
}

/**
 * What is open on a server, so that it can come to an end.
 *
 * Node's own `closeIdleConnections()` takes a response for done once its end was called, and cuts what a slow reader
 * hasn't taken of it. So the requests under way are counted here, until each response is closed.
 */
export class Connections {
  /** Every TCP connection, also one that is still in its handshake. */
  readonly #sockets = new Set<Socket>();
  readonly #open = new Map<Connection, State>();
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

  /** How many requests are under way. */
  get underWay(): number {
    let sum = 0;
    for (const { underWay } of this.#open.values()) sum += underWay;
    return sum;
  }

  /** Lets each connection end when the last request under way on it is answered. Resolves when all have ended. */
  finish(): Promise<void> {
    this.#finishing = true;
    for (const [connection, state] of this.#open) end(connection, state);
    return new Promise((resolve) => {
      this.#onFinished = resolve;
      this.#tellIfFinished();
    });
  }

  /** Cuts whatever is still open. */
  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Calls back once no request is under way on a connection of HTTP/1, which may be at once; never if it closes before. */
  whenIdle(socket: Socket, onIdle: () => void): void {
    const state = this.#open.get(socket);
    if (state === undefined || state.underWay === 0) onIdle();
    else state.onIdle = onIdle;
  }

  /** The last request that came on a connection of HTTP/1. Some of its content may still be to come. */
  lastOn(socket: Socket): Exchange | undefined {
    return this.#open.get(socket)?.last;
  }

  #addSocket(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
  }

  #add(connection: Connection): void {
    const state: State = { underWay: 0, last: undefined, onIdle: undefined };
    this.#open.set(connection, state);
    connection.once("close", () => {
      this.#open.delete(connection);
      this.#tellIfFinished();
    });
    if (this.#finishing) end(connection, state);
  }

  #addRequest(request: Request, response: Response): void {
    const connection = "stream" in request ? request.stream.session : request.socket;
    const state = connection && this.#open.get(connection);
    if (connection === undefined || state === undefined) return;
    state.underWay++;
    state.last = { request, response };
    response.once("close", () => this.#closed(connection, state));
  }

  #closed(connection: Connection, state: State): void {
    state.underWay--;
    if (state.underWay === 0 && state.onIdle !== undefined) {
      state.onIdle();
      state.onIdle = undefined;
    }
    if (this.#finishing && connection instanceof Socket) end(connection, state);
  }

  #tellIfFinished(): void {
    if (this.#open.size === 0) this.#onFinished();
  }
}

function end(connection: Connection, { underWay }: State): void {
  const idle = underWay === 0;
  if (!(connection instanceof Socket)) endSession(connection, idle);
  else if (idle) connection.destroySoon();
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
