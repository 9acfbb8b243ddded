// What one writes by hand on node:http: each request looks at its file and pipes a stream of it, nothing is kept.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream";
import { listen } from "./listen.js";
import { DIR } from "./place.js";

listen((request, response) => void answer(request, response));

/**
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
async function answer(request, response) {
  const path = join(DIR, request.url ?? "/");
  const length = await stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
  if (length === undefined) {
    response.writeHead(404, { "Content-Length": 0 }).end();
    return;
  }
  const [start, end] =
    /^bytes=(\d+)-(\d+)$/
      .exec(request.headers.range ?? "")
      ?.slice(1)
      .map(Number) ?? [];
  const fields = { "Content-Type": "application/octet-stream" };
  if (start === undefined || end === undefined) {
    response.writeHead(200, { ...fields, "Content-Length": length });
  } else {
    const range = `bytes ${start}-${end}/${length}`;
    response.writeHead(206, { ...fields, "Content-Length": end - start + 1, "Content-Range": range });
  }
  // A reader that goes away is no error here.
  pipeline(createReadStream(path, { start, end }), response, () => {});
}
