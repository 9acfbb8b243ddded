import type { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse, ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import { Server as TlsServer, type TLSSocket } from "node:tls";
import type { Server } from "./create-server.ts";

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

/**
 * What is open on a server, so that it can come to an end.
 *
 * Node's own `closeIdleConnections()` takes a response for done once its end was called, and cuts what a slow reader
 * hasn't taken of it. So the requests under way are counted here, until each response is closed.
 */
export class Connections {
  /** Every TCP connection. */
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Set<ServerHttp2Session>();
  /** For each connection of HTTP/1, how many of its requests are under way. */
  readonly #underWay = new Map<Socket, number>();
  #finishing = false;
  #onFinished: () => void = () => undefined;

  constructor(server: Server) {
    const events: EventEmitter = server;
    events.on("connection", (socket: Socket) => this.#addSocket(socket));
    events.on("session", (session: ServerHttp2Session) => this.#addSession(session));
    const http1 = server instanceof TlsServer ? "secureConnection" : "connection";
    events.on(http1, (socket: Socket | TLSSocket) => this.#addHttp1(socket));
    events.on("request", (request: Request, response: Response) => this.#addRequest(request, response));
  }

  /** Lets each connection end when the last request under way on it is answered. Resolves when all have ended. */
  finish(): Promise<void> {
    this.#finishing = true;
    for (const session of this.#sessions) session.close();
    for (const socket of this.#underWay.keys()) this.#endIfIdle(socket);
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

  #addSession(session: ServerHttp2Session): void {
    this.#sessions.add(session);
    session.once("close", () => {
      this.#sessions.delete(session);
      this.#tellIfFinished();
    });
    if (this.#finishing) session.close();
  }

  #addHttp1(socket: Socket | TLSSocket): void {
    if ("alpnProtocol" in socket && socket.alpnProtocol === "h2") return;
    this.#underWay.set(socket, 0);
    socket.once("close", () => {
      this.#underWay.delete(socket);
      this.#tellIfFinished();
    });
    this.#endIfIdle(socket);
  }

  #addRequest(request: Request, response: Response): void {
    const { socket } = request;
    if (!this.#underWay.has(socket)) return;
    this.#count(socket, 1);
    response.once("close", () => this.#count(socket, -1));
  }

  #count(socket: Socket, change: 1 | -1): void {
    const before = this.#underWay.get(socket);
    if (before === undefined) return;
    this.#underWay.set(socket, before + change);
    this.#endIfIdle(socket);
  }

  #endIfIdle(socket: Socket): void {
    if (this.#finishing && this.#underWay.get(socket) === 0) socket.destroySoon();
  }

  #tellIfFinished(): void {
    if (this.#underWay.size + this.#sessions.size === 0) this.#onFinished();
  }
}
