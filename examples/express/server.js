// Express: node examples/express/server.js

import process from "node:process";
import express from "express";
import { stet } from "stet";

const assets = stet(new URL("../sample", import.meta.url));

const documents = stet(new URL("../documents/samples", import.meta.url), {
  // They are for one reader: what caches for several may not keep them.
  cacheControl: "private, no-cache",
  onDelivered: ({ status, path, bytes }) => console.log(`${status} ${path}: ${bytes} bytes`),
});

const app = express();

// What isn't there goes on, and ends at Express's own 404.
app.use("/assets", assets.node);

app.get("/documents/budget", (request, response, next) => {
  // Your own check stands here: stet sends what you have let through.
  if (request.get("Authorization") !== "Bearer let-me-in") return response.sendStatus(403);
  // With `next`, Express's error handler is told of a failure.
  return documents.send(request, response, "Budget.csv", { as: "Budget 2026.csv" }, next);
});

const server = app.listen(Number(process.env["PORT"] ?? 8080), "127.0.0.1", (error) => {
  if (error !== undefined) throw error;
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  console.log(`express: http://127.0.0.1:${port}/assets/`);
});
