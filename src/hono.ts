export { type HonoContext, type HonoMiddleware, stetHono } from "./adapters/hono/middleware.ts";
