import { ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { NodeRequest, NodeResponse } from "./handler.ts";

/** A response, and the socket below it, where bytes may be put on that past Node's streams. */
export interface DirectLine {
  readonly response: ServerResponse;
  /** The socket's descriptor while nothing of Node's waits to be written before; undefined at any other time. */
  descriptor(): number | undefined;
  /** Milliseconds after which Node takes the socket for idle, since it doesn't see what is written past it; or 0. */
  timeout(): number;
}

/** The methods that see each byte of content, as they are where nobody has put one of his own before them. */
const WRITING = {
  response: methodsOf(ServerResponse.prototype, ["write", "end"]),
  socket: methodsOf(Socket.prototype, ["write", "_write", "_writev"]),
};

/** The kinds of handle below a socket that carry bytes as they are; one of TLS would be written to unencrypted. */
const PLAIN_HANDLES: ReadonlySet<string> = new Set(["TCP", "Pipe"]);

/**
 * The direct line below a response of HTTP/1.1 whose content nobody wants to see: a middleware that compresses, or a
 * socket that encrypts, has methods of its own.
 *
 * @returns undefined where there is none
 */
export function directLineOf(request: NodeRequest, response: NodeResponse): DirectLine | undefined {
  if ("stream" in response || !isAsNodeMadeIt(response) || !isPlain(request.socket)) return undefined;
  const { socket } = request;
  return {
    response,
    descriptor() {
      // Behind another response of the connection, it has no socket yet.
      const isClear = response.socket === socket && response.writableLength === 0 && socket.writable;
      return isClear && !response.writableCorked && !socket.writableCorked ? descriptorOf(socket) : undefined;
    },
    timeout: () => socket.timeout ?? 0,
  };
}

function isAsNodeMadeIt(response: ServerResponse): boolean {
  return (
    response instanceof ServerResponse &&
    hasMethods(response, WRITING.response) &&
    !response.strictContentLength
  );
}

function isPlain(socket: Socket): boolean {
  return (
    Object.getPrototypeOf(socket) === Socket.prototype &&
    hasMethods(socket, WRITING.socket) &&
    PLAIN_HANDLES.has(handleOf(socket)?.constructor.name ?? "")
  );
}

type Methods = readonly (readonly [name: string, method: unknown])[];

function methodsOf(prototype: object, names: readonly string[]): Methods {
  return names.map((name) => [name, Reflect.get(prototype, name)]);
}

function hasMethods(object: object, methods: Methods): boolean {
  return methods.every(([name, method]) => Reflect.get(object, name) === method);
}

/** A Node internal: what is found there is tried out before it is used, see `isDirectLineUnderstood`. */
export function descriptorOf(socket: Socket): number | undefined {
  const handle = handleOf(socket);
  if (handle === undefined || !("fd" in handle) || typeof handle.fd !== "number") return undefined;
  return handle.fd >= 0 ? handle.fd : undefined;
}

function handleOf(socket: Socket): object | undefined {
  const handle: unknown = Reflect.get(socket, "_handle");
  return typeof handle === "object" && handle !== null ? handle : undefined;
}
