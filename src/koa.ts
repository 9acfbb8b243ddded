export { type KoaContext, type KoaMiddleware, send, stetKoa } from "./adapters/koa/middleware.ts";
