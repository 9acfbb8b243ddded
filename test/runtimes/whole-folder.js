// bun whole-folder.js <folder>, or deno run … whole-folder.js <folder>: a folder at the root, by the runtime's own server.

import process from "node:process";
import { stet } from "stet";

const { fetch } = stet(process.argv[2] ?? ".", { cacheControl: "max-age=60" });

if (globalThis.Bun === undefined) {
  Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: ({ port }) => console.log(port) }, fetch);
} else {
  console.log(Bun.serve({ hostname: "127.0.0.1", port: 0, fetch }).port);
}
