import { serve } from "srvx";
import { serveStatic } from "srvx/static";
import { DIR, HOST, PORT } from "./place.js";

serve({
  port: PORT,
  hostname: HOST,
  silent: true,
  middleware: [serveStatic({ dir: DIR })],
  fetch: () => new Response("Not Found", { status: 404 }),
});
