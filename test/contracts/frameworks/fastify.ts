import Fastify from "fastify";
import { stetFastify } from "../../../src/fastify.ts";
import { portOf } from "../../support/listen.ts";
import { CHOSEN, type Framework, NOTHING_HERE, statusOf } from "./framework.ts";

export const FASTIFY: Framework = {
  name: "Fastify 5",
  async start({ root, options, mount, fields, onError }) {
    const app = Fastify({ forceCloseConnections: true });
    app.addHook("onRequest", async (_, reply) => void reply.headers(fields));
    app.setNotFoundHandler((_, reply) => reply.code(404).send(NOTHING_HERE));
    app.setErrorHandler((error, _, reply) => {
      onError(error);
      return reply.code(statusOf(error)).send();
    });
    await app.register(stetFastify, { root, prefix: mount, ...options });
    app.get("/document", (_, reply) => reply.sendFile("small.txt", { as: CHOSEN }));
    app.get("/no-document", (_, reply) => reply.sendFile("missing.txt"));
    await app.listen({ port: 0, host: "127.0.0.1" });
    return { port: portOf(app.server), close: () => app.close() };
  },
};
