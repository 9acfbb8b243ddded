import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { createSecureServer, type Http2SecureServer } from "node:http2";
import type { TLSSocket } from "node:tls";
import type { Stet } from "../../index.ts";
import { systemCode, UsageError } from "../errors.ts";
import type { Credentials } from "./credentials.ts";

export type Server = HttpServer | Http2SecureServer;

/** Milliseconds that a client has for the head of its request, and for its handshake. */
const HEAD = 30_000;

/** Milliseconds that a connection is kept open for the next request. */
const KEEP_ALIVE = 5_000;

/** Streams that one HTTP/2 connection may have open, each with its descriptor. Node sets no bound. @see RFC 9113 §6.5.2 */
const STREAMS = 100;

/**
 * Makes the server: HTTP/1.1, or with credentials HTTP/2 and HTTP/1.1 over TLS.
 *
 * @param timeout milliseconds
 * @throws UsageError where the credentials can't be used
 */
export function createServer(
  handler: Stet["node"],
  credentials: Credentials | undefined,
  timeout: number,
): Server {
  const head = Math.min(HEAD, timeout);
  const server =
    credentials === undefined ? createHttpServer(handler) : createTlsServer(handler, credentials, head);
  // Read for each connection and each request, also of HTTP/1.1 over TLS, whose server takes none of them as an option.
  Object.assign(server, {
    // Sends the whole response to a client that ends its own side of the connection once it has sent its request.
    httpAllowHalfOpen: true,
    // Node drops all lines of Host but the first, and its own 400 has no length: see `checkRequests`.
    joinDuplicateHeaders: true,
    requireHostHeader: false,
  });
  // Read when it begins to listen. Without the shorter interval, Node would look at the first two each 30 s only.
  return Object.assign(server, {
    headersTimeout: head,
    requestTimeout: head,
    keepAliveTimeout: Math.min(KEEP_ALIVE, timeout),
    connectionsCheckingInterval: Math.min(1_000, head / 2),
  });
}

function createTlsServer(
  handler: Stet["node"],
  credentials: Credentials,
  handshakeTimeout: number,
): Http2SecureServer {
  const options = {
    ...credentials,
    allowHTTP1: true,
    // As Node's server of HTTP does by itself; see `httpAllowHalfOpen`.
    allowHalfOpen: true,
    handshakeTimeout,
    settings: { maxConcurrentStreams: STREAMS },
  };
  try {
    return createSecureServer(options, handler).on("secureConnection", endWithClient);
  } catch (error) {
    throw new UsageError(
      `The certificate and the key can't be used together (${systemCode(error)}).`,
      "Give --cert the certificate as PEM and --key the unencrypted private key that belongs to it.",
    );
  }
}

/** A client of HTTP/2 ends a single stream. One that ends the connection is gone, and Node's session doesn't notice. */
function endWithClient(socket: TLSSocket): void {
  if (socket.alpnProtocol === "h2") socket.allowHalfOpen = false;
}
