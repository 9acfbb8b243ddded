// One request by one connection, for everything that isn't measured.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { get } from "node:http";
import { connect } from "node:http2";
import { get as getEncrypted } from "node:https";
import { createServer } from "node:net";
import { once } from "node:events";

export const HOST = "127.0.0.1";

/** Milliseconds without a byte. */
const IDLE_TIME = 10_000;

/** The bench has made the servers' certificate itself. */
const TLS = { rejectUnauthorized: false };

/**
 * @typedef {object} Address
 * @property {number} port
 * @property {import("../scenarios.js").Protocol} protocol
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {import("node:http").IncomingHttpHeaders} fields
 * @property {string} digest of the body: SHA-256, in hexadecimal
 *
 * @param {Address} address
 * @param {string} path below the root
 * @param {Readonly<Record<string, string>>} [fields]
 * @returns {Promise<Answer>}
 */
export function ask(address, path, fields = {}) {
  return address.protocol === "h2" ? askHttp2(address, path, fields) : askHttp1(address, path, fields);
}

/** @type {(address: Address, path: string, fields: Readonly<Record<string, string>>) => Promise<Answer>} */
async function askHttp1({ port, protocol }, path, fields) {
  const options = { host: HOST, port, path: `/${path}`, headers: fields, timeout: IDLE_TIME };
  const request =
    protocol === "https"
      ? getEncrypted({ ...options, ...TLS, agent: false })
      : get({ ...options, agent: false });
  request.on("timeout", () => request.destroy(new Error("no answer")));
  const [response] = await once(request, "response");
  return { status: response.statusCode, fields: response.headers, digest: await digestOf(response) };
}

/** @type {typeof askHttp1} */
async function askHttp2({ port }, path, fields) {
  const session = connect(`https://${HOST}:${port}`, TLS);
  // The stream is told, too.
  session.on("error", () => {});
  try {
    const stream = session.request({ ":path": `/${path}`, ...fields });
    stream.setTimeout(IDLE_TIME, () => stream.destroy(new Error("no answer")));
    const [{ ":status": status, ...answered }] = await once(stream, "response");
    return { status, fields: answered, digest: await digestOf(stream) };
  } finally {
    session.destroy();
  }
}

/**
 * Asks for each once, by plain HTTP/1.1, and throws away what comes.
 *
 * @param {number} port
 * @param {readonly string[]} paths
 */
export async function askForAll(port, paths) {
  for (const path of paths) {
    const response = await fetch(`http://${HOST}:${port}/${path}`);
    if (response.status !== 200) throw new Error(`status ${response.status} for ${path}`);
    await response.arrayBuffer();
  }
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
