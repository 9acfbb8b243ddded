import fastify from "fastify";
import { DIR, HOST, PORT } from "./place.js";
import { stet } from "./stet-under-test.js";

const files = stet(DIR);
const app = fastify();

app.get("/*", (request, reply) => {
  reply.hijack();
  return files.node(request.raw, reply.raw);
});

await app.listen({ port: PORT, host: HOST });
