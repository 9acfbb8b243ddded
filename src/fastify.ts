export { stetFastify, type StetFastifyOptions } from "./adapters/fastify/plugin.ts";
