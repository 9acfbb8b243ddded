import Koa from "koa";
import mountAt from "koa-mount";
import { send, stetKoa } from "../../../src/koa.ts";
import { listen } from "../../support/listen.ts";
import { CHOSEN, type Framework, NOTHING_HERE, toFiles } from "./framework.ts";

export const KOA: Framework = {
  name: "Koa 3",
  start(application) {
    const { mount, fields, onError } = application;
    const files = toFiles(application);
    const app = new Koa();
    app.on("error", (error: Error & { readonly headerSent?: boolean }) => {
      // Koa tells of a client that goes away, too.
      if (error.headerSent !== true) onError(error);
    });
    app.use((context, next) => {
      context.set(fields);
      return next();
    });
    app.use(async (context, next) => {
      if (context.path === "/document") await send(context, files, "small.txt", { as: CHOSEN });
      else if (context.path !== "/no-document" || !(await send(context, files, "missing.txt"))) await next();
    });
    app.use(mount === "" ? stetKoa(files) : mountAt(mount, stetKoa(files)));
    app.use((context) => {
      context.status = 404;
      context.body = NOTHING_HERE;
    });
    const handle = app.callback();
    return listen((request, response) => void handle(request, response));
  },
};
