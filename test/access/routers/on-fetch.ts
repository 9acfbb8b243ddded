import { H3, serve } from "h3";
import { Hono } from "hono";
import { stetH3 } from "../../../src/h3.ts";
import { stetHono } from "../../../src/hono.ts";
import { stet } from "../../../src/index.ts";
import { serveFetch } from "../../support/serve-fetch.ts";
import { encoded, EVERY_PATH, FILES, GUARDED, MOUNT, READ, type Router } from "./router.ts";

/** Without a length, its content would come in chunks. */
function empty(status: number): Response {
  return new Response("", { status, headers: { "Content-Length": "0" } });
}

const BARE: Router = {
  name: "a server of the Fetch standard, and a guard by URL",
  start: (mount) =>
    serveFetch(async (request) => {
      const { pathname } = new URL(request.url);
      const answer = pathname.startsWith(`${mount}/admin/`)
        ? empty(GUARDED)
        : await FILES.fetch(request, () => empty(404), mount);
      answer.headers.set(READ, encoded(pathname));
      return answer;
    }),
};

const HONO: Router = {
  name: "Hono 4",
  start(mount) {
    const app = new Hono();
    app.notFound((context) => context.body("", 404));
    app.use(async (context, next) => {
      context.header(READ, encoded(context.req.path));
      await next();
    });
    app.use(`${mount}/admin/*`, (context) => Promise.resolve(context.body("", GUARDED)));
    app.use(`${mount}/*`, stetHono(FILES));
    return serveFetch((request) => app.fetch(request));
  },
};

function onH3(name: string, asRoute: boolean): Router {
  return {
    name,
    async start(mount) {
      const app = new H3({ silent: true, onError: ({ status }) => empty(status) });
      app.use((event) => {
        event.res.headers.set(READ, encoded(event.url.pathname));
      });
      app.use(`${mount}/admin/**`, () => empty(GUARDED));
      const prefixed = stet(EVERY_PATH, { dotfiles: "serve", ...(mount === MOUNT && { prefix: MOUNT }) });
      if (asRoute) app.all(`${mount}/**`, stetH3(FILES));
      else app.use(`${mount}/**`, stetH3(prefixed));
      const server = serve(app, { port: 0, hostname: "127.0.0.1", silent: true });
      await server.ready();
      return { port: Number(new URL(server.url ?? "").port), close: () => server.close(true) };
    },
  };
}

export const ON_FETCH: readonly Router[] = [
  BARE,
  HONO,
  onH3("h3 2, as a route", true),
  onH3("h3 2, as a middleware", false),
];
