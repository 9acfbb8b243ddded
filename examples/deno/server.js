// Deno: deno run --allow-net=127.0.0.1 --allow-read --allow-env=PORT examples/deno/server.js

import { stet } from "stet";

// Nothing takes the mount off the path here, so the policy is told of it.
const assets = stet(new URL("../sample", import.meta.url), { prefix: "/assets" });

const documents = stet(new URL("../documents/samples", import.meta.url), {
  // They are for one reader: what caches for several may not keep them.
  cacheControl: "private, no-cache",
  onDelivered: ({ status, path, bytes }) => console.log(`${status} ${path}: ${bytes} bytes`),
});

Deno.serve(
  {
    hostname: "127.0.0.1",
    port: Number(Deno.env.get("PORT") ?? 8080),
    onListen: ({ port }) => console.log(`deno: http://127.0.0.1:${port}/assets/`),
  },
  (request) => {
    const { pathname } = new URL(request.url);
    if (pathname !== "/documents/budget") return assets.fetch(request, notFound);
    // Your own check stands here: stet sends what you have let through.
    if (request.headers.get("Authorization") !== "Bearer let-me-in") {
      return new Response(null, { status: 403 });
    }
    return documents.send(request, "Budget.csv", { as: "Budget 2026.csv" });
  },
);

function notFound() {
  return new Response("Nothing here.\n", { status: 404 });
}
