import { Hono } from "hono";
import { stetHono } from "../../../src/hono.ts";
import { EXCEPT, serveFetch } from "../../support/serve-fetch.ts";
import { CHOSEN, type Framework, NOTHING_HERE, statusOf, toFiles } from "./framework.ts";

export const HONO: Framework = {
  name: "Hono 4",
  except: EXCEPT,
  start(application) {
    const { mount, fields, onError } = application;
    const files = toFiles(application);
    const app = new Hono();
    app.notFound((context) => context.text(NOTHING_HERE, 404));
    app.onError((error) => {
      onError(error);
      return new Response(null, { status: statusOf(error) });
    });
    app.use(async (context, next) => {
      for (const [name, value] of Object.entries(fields)) context.header(name, value);
      await next();
    });
    app.get("/document", (context) => files.send(context.req.raw, "small.txt", { as: CHOSEN }));
    app.get("/no-document", (context) =>
      files.send(context.req.raw, "missing.txt", {}, () => context.notFound()),
    );
    app.use(`${mount}/*`, stetHono(files));
    return serveFetch((request) => app.fetch(request));
  },
};
