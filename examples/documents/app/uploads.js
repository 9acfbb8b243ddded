import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { finished, pipeline } from "node:stream/promises";
import { Busboy } from "@fastify/busboy";
import { Refusal } from "./refusal.js";

/**
 * @typedef {object} Upload
 * @property {ReadonlyMap<string, string>} fields of the form
 * @property {string} id
 * @property {string} path where the file is. It is named by its id: what others call it is never a name on our disk
 * @property {string} title what the uploader calls it
 * @property {number} bytes
 */

/**
 * Receives a form with a file, which goes to the disk as it comes.
 *
 * @param {import("express").Request} request
 * @param {string} folder
 * @param {number} largest bytes of a file
 * @returns {Promise<Upload>}
 * @throws Refusal where it isn't such a form; nothing is left of it then
 */
export async function receiveUpload(request, folder, largest) {
  const id = randomUUID();
  const path = join(folder, id);
  const parser = toParser(request, largest);
  /** @type {Map<string, string>} */
  const fields = new Map();
  let title = "";
  let bytes = 0;
  /** @type {Promise<void>} */
  let written = Promise.resolve();

  // The first failure, be it of the form, the connection or the disk, ends all the rest.
  const failure = new AbortController();
  const { signal } = failure;
  const fail = (/** @type {unknown} */ error) => failure.abort(error);
  const cut = () => fail(new Refusal(400, "The upload was cut short."));

  parser.on("field", (name, value) => fields.set(name, value));
  parser.on("file", (_name, content, filename) => {
    title = toTitle(filename);
    content.on("data", ({ length }) => (bytes += length));
    content.once("error", cut);
    content.once("limit", () => fail(new Refusal(413, `A file has ${largest} bytes at most.`)));
    written = pipeline(content, createWriteStream(path, { flags: "wx", flush: true }), { signal }).catch(
      fail,
    );
  });
  request.pipe(parser);
  await Promise.all([finished(request, { signal }), finished(parser, { signal })]).catch(cut);
  await written;
  if (title === "") fail(new Refusal(400, "Choose a file."));
  if (!signal.aborted) return { fields, id, path, title, bytes };
  request.unpipe(parser);
  await rm(path, { force: true });
  throw signal.reason;
}

/**
 * @param {import("express").Request} request
 * @param {number} fileSize
 */
function toParser({ headers }, fileSize) {
  const limits = { fileSize, files: 1, fields: 10, parts: 10, fieldSize: 1000, headerPairs: 20 };
  try {
    return new Busboy({ headers: { ...headers, "content-type": headers["content-type"] ?? "" }, limits });
  } catch {
    throw new Refusal(400, "This is no form with a file.");
  }
}

/** @param {string | undefined} filename */
function toTitle(filename = "") {
  const printable = filename.replaceAll(/\p{Cc}/gu, "").trim();
  return printable.slice(0, 200);
}
