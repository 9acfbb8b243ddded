import Fastify from "fastify";
import { stetFastify } from "../../../src/fastify.ts";
import { portOf } from "../../support/listen.ts";
import { encoded, EVERY_PATH, GUARDED, READ, type Router } from "./router.ts";

function onFastify(name: string, routerOptions: Readonly<Record<string, boolean>> = {}): Router {
  return {
    name,
    decodes: true,
    async start(mount) {
      const app = Fastify({ forceCloseConnections: true, routerOptions });
      app.addHook("onRequest", async (request, reply) => {
        const { "*": below } = request.params as { "*"?: string };
        reply.header(READ, encoded(`${mount}/${below ?? ""}`));
      });
      app.all(`${mount}/admin/*`, (_, reply) => reply.code(GUARDED).send());
      await app.register(stetFastify, { root: EVERY_PATH, prefix: mount, dotfiles: "serve" });
      await app.listen({ port: 0, host: "127.0.0.1" });
      return { port: portOf(app.server), close: () => app.close() };
    },
  };
}

export const FASTIFY: readonly Router[] = [
  onFastify("Fastify 5"),
  onFastify("Fastify 5, useSemicolonDelimiter", { useSemicolonDelimiter: true }),
  onFastify("Fastify 5, ignoreDuplicateSlashes", { ignoreDuplicateSlashes: true }),
  onFastify("Fastify 5, ignoreTrailingSlash", { ignoreTrailingSlash: true }),
  onFastify("Fastify 5, caseSensitive: false", { caseSensitive: false }),
];
