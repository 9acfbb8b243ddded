// Fastify: node examples/fastify/server.js

import process from "node:process";
import Fastify from "fastify";
import { stetFastify } from "stet/fastify";

const app = Fastify();

await app.register(stetFastify, {
  root: new URL("../sample", import.meta.url),
  prefix: "/assets",
  // `reply` can have one `download` only, and the documents need it.
  decorateReply: false,
});

await app.register(stetFastify, {
  root: new URL("../documents/samples", import.meta.url),
  // Nobody gets a document by its path: the route below decides.
  serve: false,
  // They are for one reader: what caches for several may not keep them.
  cacheControl: "private, no-cache",
  onDelivered: ({ status, path, bytes }) => console.log(`${status} ${path}: ${bytes} bytes`),
});

app.get("/documents/budget", (request, reply) => {
  // Your own check stands here: stet sends what you have let through.
  if (request.headers.authorization !== "Bearer let-me-in") return reply.code(403).send();
  return reply.download("Budget.csv", "Budget 2026.csv");
});

const address = await app.listen({ port: Number(process.env["PORT"] ?? 8080), host: "127.0.0.1" });
console.log(`fastify: ${address}/assets/`);
