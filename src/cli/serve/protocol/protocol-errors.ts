import type { EventEmitter } from "node:events";
import type { Http2ServerResponse } from "node:http2";
import { Socket } from "node:net";
import { Server as TlsServer } from "node:tls";
import type { Connections } from "../connections.ts";
import type { Server } from "../create-server.ts";
import { formatBareError, type ProtocolStatus, toBareError } from "./bare-error.ts";
import { onSimpleRequest } from "./simple-request.ts";

/** Milliseconds that a client has to read an error and to close the connection. */
const LINGER = 1_000;

/** What Node tells of a connection on which it can't go on. */
interface ClientError extends Error {
  readonly code?: string;
  /** The bytes that came last, where it was the parser that failed. */
  readonly rawPacket?: Buffer;
  /** How many of those it had read. */
  readonly bytesParsed?: number;
}

/**
 * Responds to what Node's parser refuses, and to what comes too late. Node's own responses have neither a date nor a
 * length, and one to a request in a pipeline could be sent in place of the response to a request before it.
 */
export function answerProtocolErrors(server: Server, connections: Connections): void {
  const events: EventEmitter = server;
  const closing = new Closing(connections);
  events.on("clientError", (error: ClientError, socket: Socket) => closing.afterError(socket, error));
  // Of HTTP/2 it is a stream, with a response of its own.
  events.on("connect", (_: unknown, target: Socket | Http2ServerResponse) => {
    if (target instanceof Socket) closing.afterResponses(target, 405);
    else refuseConnect(target);
  });
  events.on(server instanceof TlsServer ? "secureConnection" : "connection", (socket: Socket) => {
    onSimpleRequest(socket, () => {
      if (connections.lastOn(socket) === undefined) closing.afterResponses(socket, 400);
    });
  });
}

/** The connections that are to be closed for an error. The first error counts: a failed parser fails with each packet. */
class Closing {
  readonly #connections: Connections;
  readonly #closing = new WeakSet<Socket>();

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  afterError(socket: Socket, error: ClientError): void {
    if (this.#closing.has(socket)) return;
    const last = this.#connections.lastOn(socket);
    const status = statusOf(error);
    // Nothing can be said to a client that is gone.
    if (!socket.writable) socket.destroy();
    else if (last === undefined || last.request.complete) this.afterResponses(socket, status);
    // The content of a request is broken. Where that has its response, one more would be taken for that to the next request.
    else if (last.response.socket !== socket || last.response.headersSent)
      this.afterResponses(socket, undefined);
    else this.#inPlaceOf(socket, status);
  }

  /** Says what is wrong once the requests under way have their responses. */
  afterResponses(socket: Socket, status: ProtocolStatus | undefined): void {
    if (!this.#isFirst(socket)) return;
    this.#connections.whenIdle(socket, () => end(socket, toText(status)));
  }

  /** Says what is wrong in place of a response that isn't begun, and that finds the connection closed. */
  #inPlaceOf(socket: Socket, status: ProtocolStatus | undefined): void {
    if (!this.#isFirst(socket)) return;
    socket.write(toText(status), "latin1");
    socket.destroySoon();
  }

  #isFirst(socket: Socket): boolean {
    if (this.#closing.has(socket)) return false;
    this.#closing.add(socket);
    return true;
  }
}

function toText(status: ProtocolStatus | undefined): string {
  return status === undefined ? "" : formatBareError(status, new Date());
}

/** Undefined where the connection itself has failed. */
function statusOf({ code = "", rawPacket, bytesParsed = 0 }: ClientError): ProtocolStatus | undefined {
  const line = rawPacket === undefined ? "" : lineAt(rawPacket, bytesParsed);
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return 408;
    case "HPE_HEADER_OVERFLOW":
      // A field's name is followed by a colon, a method by a space.
      return /^[\w-]+ /.test(line) ? 414 : 431;
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return 413;
    case "HPE_PAUSED_H2_UPGRADE":
      return 505;
    case "HPE_INVALID_VERSION":
      return / HTTP\/\d\.\d\r?$/.test(line) ? 505 : 400;
    case "HPE_INVALID_METHOD":
      return /^[!#$%&'*+.^`|~\w-]+ \S+ HTTP\/1\.\d\r?$/.test(line) ? 501 : 400;
    default:
      return code.startsWith("HPE_") ? 400 : undefined;
  }
}

/** The line of a packet that a position is in, without its line feed. */
function lineAt(packet: Buffer, position: number): string {
  const start = position === 0 ? 0 : packet.lastIndexOf("\n", position - 1) + 1;
  const end = packet.indexOf("\n", position);
  return packet.toString("latin1", start, end === -1 ? packet.length : end);
}

/**
 * Sends what is left to say, and closes the connection in two steps: a socket that is closed at once, while there is
 * something to be read from it, is reset, and the client may never see the response.
 *
 * @see RFC 9112 §9.6
 */
function end(socket: Socket, response: string): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(response, "latin1");
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER);
  socket.once("end", () => socket.destroySoon()).once("close", () => clearTimeout(timer));
}

function refuseConnect(response: Http2ServerResponse): void {
  const { fields, content } = toBareError(405);
  response.writeHead(405, fields).end(content);
}
