import { serve } from "@hono/node-server";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { DIR, HOST, PORT } from "./place.js";

const app = new Hono();
app.use("/*", serveStatic({ root: DIR }));

serve({ fetch: app.fetch, port: PORT, hostname: HOST });
