// Runs on Bun: each request opens its file anew.

import { join } from "node:path";
import { DIR, HOST, PORT } from "./place.js";

Bun.serve({
  port: PORT,
  hostname: HOST,
  fetch: async (request) => {
    const file = Bun.file(join(DIR, new URL(request.url).pathname));
    return (await file.exists()) ? new Response(file) : new Response("Not Found", { status: 404 });
  },
});
