// Hono, on Node: node examples/hono/server.js

import process from "node:process";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { stet } from "stet";
import { stetHono } from "stet/hono";

const assets = stet(new URL("../sample", import.meta.url));

const documents = stet(new URL("../documents/samples", import.meta.url), {
  // They are for one reader: what caches for several may not keep them.
  cacheControl: "private, no-cache",
  onDelivered: ({ status, path, bytes }) => console.log(`${status} ${path}: ${bytes} bytes`),
});

const app = new Hono();

// What isn't there goes on, and ends at Hono's own 404.
app.use("/assets/*", stetHono(assets));

app.get("/documents/budget", async (context) => {
  // Your own check stands here: stet sends what you have let through.
  if (context.req.header("Authorization") !== "Bearer let-me-in") return context.text("Forbidden", 403);
  return documents.send(context.req.raw, "Budget.csv", { as: "Budget 2026.csv" });
});

const port = Number(process.env["PORT"] ?? 8080);
serve({ fetch: app.fetch, port, hostname: "127.0.0.1" }, ({ port }) =>
  console.log(`hono: http://127.0.0.1:${port}/assets/`),
);
