// h3: node examples/h3/server.js

import process from "node:process";
import { H3, HTTPError, serve } from "h3";
import { stet } from "stet";
import { stetH3 } from "stet/h3";

const assets = stet(new URL("../sample", import.meta.url));

const documents = stet(new URL("../documents/samples", import.meta.url), {
  // They are for one reader: what caches for several may not keep them.
  cacheControl: "private, no-cache",
  onDelivered: ({ status, path, bytes }) => console.log(`${status} ${path}: ${bytes} bytes`),
});

const app = new H3();

// What isn't there is h3's own 404.
app.get("/assets/**", stetH3(assets));

app.get("/documents/budget", ({ req }) => {
  // Your own check stands here: stet sends what you have let through.
  if (req.headers.get("Authorization") !== "Bearer let-me-in") throw new HTTPError({ status: 403 });
  return documents.send(req, "Budget.csv", { as: "Budget 2026.csv" });
});

const port = Number(process.env["PORT"] ?? 8080);
const server = await serve(app, { port, hostname: "127.0.0.1", silent: true }).ready();
console.log(`h3: ${server.url}assets/`);
