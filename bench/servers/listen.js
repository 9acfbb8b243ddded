// Node's own servers, one for each protocol, for those that speak all of them.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createSecureServer } from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import { join } from "node:path";
import { CREDENTIALS, HOST, PORT, PROTOCOL } from "./place.js";

/**
 * @param {import("node:http").RequestListener} handler what HTTP/2 hands it goes by the same names
 */
export function listen(handler) {
  create(handler).listen(PORT, HOST);
}

/** @param {import("node:http").RequestListener} handler */
function create(handler) {
  if (PROTOCOL === "https") return createHttpsServer(readCredentials(), handler);
  if (PROTOCOL === "h2") {
    const server = createSecureServer(readCredentials());
    // @ts-expect-error -- the compatibility API is all that these handlers use
    return server.on("request", handler);
  }
  return createServer(handler);
}

export function readCredentials() {
  return {
    cert: readFileSync(join(CREDENTIALS, "cert.pem")),
    key: readFileSync(join(CREDENTIALS, "key.pem")),
  };
}
