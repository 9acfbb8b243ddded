// Runs on Bun: each file is a static route, read into memory at the start; only the large one stays on disk.

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { DIR, HOST, PORT } from "./place.js";

const LARGEST_IN_MEMORY = 1024 * 1024;

/** @type {Record<string, Response>} */
const routes = {};
for (const path of readdirSync(DIR, { recursive: true, encoding: "utf8" })) {
  const stats = statSync(join(DIR, path));
  if (!stats.isFile()) continue;
  const file = Bun.file(join(DIR, path));
  const body = stats.size > LARGEST_IN_MEMORY ? file : await file.bytes();
  routes[`/${path}`] = new Response(body, { headers: { "last-modified": stats.mtime.toUTCString() } });
}

Bun.serve({
  port: PORT,
  hostname: HOST,
  routes,
  fetch: () => new Response("Not Found", { status: 404 }),
});
