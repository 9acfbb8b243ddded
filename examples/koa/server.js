// Koa: node examples/koa/server.js

import process from "node:process";
import Koa from "koa";
import mount from "koa-mount";
import { stet } from "stet";
import { send, stetKoa } from "stet/koa";

const assets = stet(new URL("../sample", import.meta.url));

const documents = stet(new URL("../documents/samples", import.meta.url), {
  // They are for one reader: what caches for several may not keep them.
  cacheControl: "private, no-cache",
  onDelivered: ({ status, path, bytes }) => console.log(`${status} ${path}: ${bytes} bytes`),
});

const app = new Koa();

// What isn't there goes on, and ends at Koa's own 404.
app.use(mount("/assets", stetKoa(assets)));

app.use(async (context) => {
  if (context.path !== "/documents/budget") return;
  // Your own check stands here: stet sends what you have let through.
  if (context.get("Authorization") !== "Bearer let-me-in") context.throw(403);
  await send(context, documents, "Budget.csv", { as: "Budget 2026.csv" });
});

const server = app.listen(Number(process.env["PORT"] ?? 8080), "127.0.0.1", () => {
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  console.log(`koa: http://127.0.0.1:${port}/assets/`);
});
