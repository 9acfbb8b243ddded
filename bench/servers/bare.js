// The limit most believe in: node:http, and the least an answer can cost there. Every body is a buffer that is made when
// it is first asked for, every field a constant, nothing is checked. Only the large file is streamed: nobody keeps 1 GiB.

import { closeSync, createReadStream, openSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { LARGE, MISSING, RANGE } from "../files.js";
import { listen } from "./listen.js";
import { DIR } from "./place.js";

/**
 * @typedef {object} Kept
 * @property {Buffer} body
 * @property {Record<string, string | number>} fields of the 200
 * @property {{ ETag: string, "Last-Modified": string }} validators
 */

/** @type {Map<string, Kept>} */
const kept = new Map();

const large = join(DIR, LARGE.path);
const part = readPart();

listen((request, response) => {
  const path = request.url ?? "";
  if (path === `/${LARGE.path}`) return answerLarge(request.headers.range, response);
  if (path === `/${MISSING}`) return response.writeHead(404, { "Content-Length": 0 }).end();
  return answer(kept.get(path) ?? keep(path), request.headers, response);
});

/**
 * @param {string} path
 * @returns {Kept}
 */
function keep(path) {
  const body = readFileSync(join(DIR, path));
  const { mtime, mtimeMs } = statSync(join(DIR, path));
  const validators = {
    ETag: `"${body.length.toString(16)}-${mtimeMs.toString(16)}"`,
    "Last-Modified": mtime.toUTCString(),
  };
  const fields = { "Content-Type": "text/plain", "Content-Length": body.length, ...validators };
  const found = { body, fields, validators };
  kept.set(path, found);
  return found;
}

/**
 * @param {Kept} found
 * @param {import("node:http").IncomingHttpHeaders} asked
 * @param {import("node:http").ServerResponse} response
 */
function answer({ body, fields, validators }, asked, response) {
  const isUnchanged =
    asked["if-none-match"] === validators.ETag || asked["if-modified-since"] === validators["Last-Modified"];
  if (isUnchanged) response.writeHead(304, validators).end();
  else response.writeHead(200, fields).end(body);
}

/**
 * @param {string | undefined} range
 * @param {import("node:http").ServerResponse} response
 */
function answerLarge(range, response) {
  if (range !== undefined) {
    response.writeHead(206, part.fields).end(part.body);
    return;
  }
  const stream = createReadStream(large);
  // A reader that goes away is no error here; its descriptor is all that has to go with it.
  response.on("close", () => stream.destroy());
  response.writeHead(200, { "Content-Type": "application/octet-stream", "Content-Length": LARGE.length });
  stream.pipe(response);
}

/** The one part of the large file that is asked for. */
function readPart() {
  const { firstPos, lastPos } = RANGE;
  const body = Buffer.alloc(lastPos - firstPos + 1);
  const descriptor = openSync(large, "r");
  readSync(descriptor, body, 0, body.length, firstPos);
  closeSync(descriptor);
  const fields = {
    "Content-Type": "application/octet-stream",
    "Content-Length": body.length,
    "Content-Range": `bytes ${firstPos}-${lastPos}/${LARGE.length}`,
  };
  return { body, fields };
}
