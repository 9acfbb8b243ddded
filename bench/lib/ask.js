// One request by one connection, for everything that isn't measured.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { get } from "node:http";
import { createServer } from "node:net";
import { once } from "node:events";

export const HOST = "127.0.0.1";

/** Milliseconds without a byte. */
const IDLE_TIME = 10_000;

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {import("node:http").IncomingHttpHeaders} fields
 * @property {string} digest of the body: SHA-256, in hexadecimal
 *
 * @param {number} port
 * @param {string} path below the root
 * @param {Readonly<Record<string, string>>} [fields]
 * @returns {Promise<Answer>}
 */
export async function ask(port, path, fields = {}) {
  const request = get({
    host: HOST,
    port,
    path: `/${path}`,
    headers: fields,
    agent: false,
    timeout: IDLE_TIME,
  });
  request.on("timeout", () => request.destroy(new Error("no answer")));
  const [response] = await once(request, "response");
  return { status: response.statusCode, fields: response.headers, digest: await digestOf(response) };
}

/**
 * @param {string} path
 * @param {{ firstPos: number, lastPos: number }} [range]
 */
export function digestOfFile(path, range) {
  return digestOf(createReadStream(path, { start: range?.firstPos, end: range?.lastPos }));
}

/** @param {AsyncIterable<Buffer>} body */
async function digestOf(body) {
  const digest = createHash("sha256");
  for await (const chunk of body) digest.update(chunk);
  return digest.digest("hex");
}

/** @returns {Promise<number>} a port that is free now */
export async function freePort() {
  const server = createServer().listen(0, HOST);
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port is free");
  return address.port;
}
