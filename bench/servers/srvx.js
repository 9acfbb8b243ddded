import { serve } from "srvx";
import { staticMiddleware } from "srvx/static";
import { DIR, HOST, PORT } from "./place.js";

serve({
  port: PORT,
  hostname: HOST,
  silent: true,
  middleware: [staticMiddleware({ dir: DIR })],
  fetch: () => new Response("Not Found", { status: 404 }),
});
