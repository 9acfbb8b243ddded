// HTTP/2 without the names of HTTP/1.1: Node opens the file, looks at it and sends it by itself.

import { createSecureServer } from "node:http2";
import { join } from "node:path";
import { readCredentials } from "./listen.js";
import { DIR, HOST, PORT } from "./place.js";

createSecureServer(readCredentials())
  .on("stream", (stream, fields) => {
    // A reader that goes away is no error here.
    stream.on("error", () => {});
    const path = join(DIR, fields[":path"] ?? "/");
    stream.respondWithFile(
      path,
      { "content-type": "application/octet-stream" },
      { onError: () => stream.respond({ ":status": 404 }, { endStream: true }) },
    );
  })
  .listen(PORT, HOST);
