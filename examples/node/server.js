// Node's own server: node examples/node/server.js

import { createServer } from "node:http";
import process from "node:process";
import { stet } from "stet";

// Nothing takes the mount off the path here, so the policy is told of it.
const assets = stet(new URL("../sample", import.meta.url), { prefix: "/assets" });

const documents = stet(new URL("../documents/samples", import.meta.url), {
  // They are for one reader: what caches for several may not keep them.
  cacheControl: "private, no-cache",
  onDelivered: ({ status, path, bytes }) => console.log(`${status} ${path}: ${bytes} bytes`),
});

const server = createServer(async (request, response) => {
  // Without a handler that comes next, stet answers what isn't there, too.
  if (request.url !== "/documents/budget") return assets.node(request, response);
  // Your own check stands here: stet sends what you have let through.
  if (request.headers.authorization !== "Bearer let-me-in") {
    response.statusCode = 403;
    return response.end();
  }
  return documents.send(request, response, "Budget.csv", { as: "Budget 2026.csv" });
});

server.listen(Number(process.env["PORT"] ?? 8080), "127.0.0.1", () => {
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  console.log(`node: http://127.0.0.1:${port}/assets/`);
});
