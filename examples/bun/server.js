// Bun: bun examples/bun/server.js

import { stet } from "stet";

// Nothing takes the mount off the path here, so the policy is told of it.
const assets = stet(new URL("../sample", import.meta.url), { prefix: "/assets" });

const documents = stet(new URL("../documents/samples", import.meta.url), {
  // They are for one reader: what caches for several may not keep them.
  cacheControl: "private, no-cache",
  onDelivered: ({ status, path, bytes }) => console.log(`${status} ${path}: ${bytes} bytes`),
});

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(Bun.env["PORT"] ?? 8080),
  routes: {
    "/assets/*": (request) => assets.fetch(request, notFound),
    "/documents/budget": (request) => {
      // Your own check stands here: stet sends what you have let through.
      if (request.headers.get("Authorization") !== "Bearer let-me-in") {
        return new Response(null, { status: 403 });
      }
      return documents.send(request, "Budget.csv", { as: "Budget 2026.csv" });
    },
  },
  fetch: notFound,
});
console.log(`bun: ${server.url}assets/`);

function notFound() {
  return new Response("Nothing here.\n", { status: 404 });
}
