import type { IncomingMessage, ServerResponse } from "node:http";
import { parse } from "node:url";
import connect from "connect";
import express from "express";
import express4 from "express4";
import Koa from "koa";
import mountAt from "koa-mount";
import polka from "polka";
import { stetKoa } from "../../../src/koa.ts";
import { listen } from "../../support/listen.ts";
import { encoded, FILES, GUARDED, READ, type Router } from "./router.ts";

function refuse(_: unknown, response: ServerResponse): void {
  response.writeHead(GUARDED, { "Content-Length": 0 }).end();
}

function notFound(_: unknown, response: ServerResponse): void {
  response.writeHead(404, { "Content-Length": 0 }).end();
}

/** Without a framework, by a path that the application reads itself. */
function bare(name: string, read: (target: string) => string | null): Router {
  return {
    name,
    start: (mount) =>
      listen((request, response) => {
        const path = read(request.url ?? "");
        response.setHeader(READ, encoded(path));
        if (path?.startsWith(`${mount}/admin/`) === true) return refuse(request, response);
        const { url = "" } = request;
        if (mount !== "" && path?.startsWith(`${mount}/`) !== true) return notFound(request, response);
        if (mount !== "") Object.assign(request, { originalUrl: url, url: url.replace(mount, "") });
        return void FILES.node(request, response, () => notFound(request, response));
      }),
  };
}

function onExpress(name: string, create: () => express.Express): Router {
  return {
    name,
    start(mount) {
      const app = create();
      app.use((request, response, next) => {
        response.set(READ, encoded(request.path));
        next();
      });
      app.use(`${mount}/admin`, refuse);
      app.use(mount || "/", FILES.node);
      app.use(notFound);
      app.use((_error: unknown, request: unknown, response: express.Response, _next: unknown) =>
        notFound(request, response),
      );
      return listen(app);
    },
  };
}

/** Where connect keeps what it has read. */
const PARSED = "_parsedUrl";

interface Parsed {
  readonly [PARSED]?: { readonly pathname: string | null };
}

const CONNECT: Router = {
  name: "connect",
  start(mount) {
    const app = connect();
    app.use((request: IncomingMessage & Parsed, response, next) => {
      response.setHeader(READ, encoded(request[PARSED]?.pathname));
      next();
    });
    app.use(`${mount}/admin`, refuse);
    app.use(mount, FILES.node);
    app.use(notFound);
    return listen((request, response) => {
      try {
        app(request, response);
      } catch {
        // Its parser throws for a host such as "xn--".
        notFound(request, response);
      }
    });
  },
};

const POLKA: Router = {
  name: "polka",
  start(mount) {
    const app = polka({
      onNoMatch: notFound,
      onError: (_, request, response) => notFound(request, response),
    });
    app.use((request, response, next) => {
      response.setHeader(READ, encoded(request.path));
      // polka runs what has no path first: a guard of the root has to look for itself.
      if (request.path.startsWith(`${mount}/admin/`)) refuse(request, response);
      else next();
    });
    app.use(mount || "/", FILES.node);
    return listen((request, response) => app.handler(request as polka.Request, response));
  },
};

const KOA: Router = {
  name: "Koa 3",
  start(mount) {
    const app = new Koa();
    app.silent = true;
    app.use((context, next) => {
      context.set(READ, encoded(context.path));
      context.body = "";
      context.status = 404;
      return next();
    });
    app.use(
      mountAt(`${mount}/admin`, (context) => {
        context.status = GUARDED;
      }),
    );
    app.use(mount === "" ? stetKoa(FILES) : mountAt(mount, stetKoa(FILES)));
    const handle = app.callback();
    return listen((request, response) => void handle(request, response));
  },
};

export const ON_NODE: readonly Router[] = [
  bare("node:http, and a guard by URL", (target) => toUrl(target)),
  bare("node:http, and a guard by url.parse", (target) => toParsed(target)),
  onExpress("Express 5", express),
  // What is used of it is the same in both.
  onExpress("Express 4", express4 as unknown as typeof express),
  CONNECT,
  POLKA,
  KOA,
];

function toUrl(target: string): string | null {
  return URL.canParse(target, "http://localhost") ? new URL(target, "http://localhost").pathname : null;
}

function toParsed(target: string): string | null {
  try {
    return parse(target).pathname;
  } catch {
    return null;
  }
}
