import fastifyStatic from "@fastify/static";
import fastify from "fastify";
import { DIR, HOST, PORT } from "./place.js";

const app = fastify();
app.register(fastifyStatic, { root: DIR });
await app.listen({ port: PORT, host: HOST });
