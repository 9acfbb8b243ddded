// The limit most believe in: node:http, and the least an answer can cost there. Every body is a buffer made at the start,
// every field a constant, nothing is checked. Only the large file is streamed, as one would: there is no buffer of 1 GiB.

import {
  closeSync,
  createReadStream,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  statSync,
} from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { LARGE, RANGE } from "../files.js";
import { DIR, HOST, PORT } from "./place.js";

const TYPE = "text/plain; charset=utf-8";

/**
 * @typedef {object} Kept
 * @property {Buffer} body
 * @property {Record<string, string | number>} fields
 * @property {string} etag
 * @property {string} lastModified
 */

/** @type {Map<string, Kept>} */
const kept = new Map();
for (const path of readdirSync(DIR, { recursive: true, encoding: "utf8" })) {
  const stats = statSync(join(DIR, path));
  if (stats.isFile() && path !== LARGE.path) kept.set(`/${path}`, keep(readFileSync(join(DIR, path)), stats));
}

const large = join(DIR, LARGE.path);
const largeLength = statSync(large).size;
const range = readRange();

createServer((request, response) => {
  const found = kept.get(request.url ?? "");
  if (found !== undefined) return answer(found, request.headers, response);
  if (request.url === `/${LARGE.path}`) return answerLarge(request.headers.range, response);
  response.writeHead(404, { "Content-Length": 0 });
  response.end();
}).listen(PORT, HOST);

/**
 * @param {Buffer} body
 * @param {import("node:fs").Stats} stats
 * @returns {Kept}
 */
function keep(body, stats) {
  const etag = `"${stats.size.toString(16)}-${stats.mtimeMs.toString(16)}"`;
  const lastModified = stats.mtime.toUTCString();
  const fields = {
    "Content-Type": TYPE,
    "Content-Length": body.length,
    ETag: etag,
    "Last-Modified": lastModified,
  };
  return { body, fields, etag, lastModified };
}

/**
 * @param {Kept} found
 * @param {import("node:http").IncomingHttpHeaders} asked
 * @param {import("node:http").ServerResponse} response
 */
function answer(found, asked, response) {
  if (asked["if-none-match"] === found.etag || asked["if-modified-since"] === found.lastModified) {
    response.writeHead(304, { ETag: found.etag, "Last-Modified": found.lastModified });
    response.end();
    return;
  }
  response.writeHead(200, found.fields);
  response.end(found.body);
}

/**
 * @param {string | undefined} asked
 * @param {import("node:http").ServerResponse} response
 */
function answerLarge(asked, response) {
  if (asked !== undefined) {
    response.writeHead(206, range.fields);
    response.end(range.body);
    return;
  }
  response.writeHead(200, { "Content-Type": "application/octet-stream", "Content-Length": largeLength });
  const stream = createReadStream(large);
  // A reader that goes away is no error here; the descriptor is all that has to go with it.
  response.on("close", () => stream.destroy());
  stream.pipe(response);
}

/** The one range that is asked for. */
function readRange() {
  const length = RANGE.lastPos - RANGE.firstPos + 1;
  const body = Buffer.alloc(length);
  const descriptor = openSync(large, "r");
  readSync(descriptor, body, 0, length, RANGE.firstPos);
  closeSync(descriptor);
  const fields = {
    "Content-Type": "application/octet-stream",
    "Content-Length": length,
    "Content-Range": `bytes ${RANGE.firstPos}-${RANGE.lastPos}/${largeLength}`,
  };
  return { body, fields };
}
