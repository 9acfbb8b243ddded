import type { IncomingMessage, ServerResponse } from "node:http";
import connect from "connect";
import { listen } from "../../support/listen.ts";
import { CHOSEN, type Framework, NOTHING_HERE, statusOf, toFiles } from "./framework.ts";

export const CONNECT: Framework = {
  name: "connect",
  start(application) {
    const { mount, fields, onError } = application;
    const files = toFiles(application);
    const app = connect();
    app.use((_, response, next) => {
      for (const [name, value] of Object.entries(fields)) response.setHeader(name, value);
      next();
    });
    app.use("/document", (request, response, next) =>
      files.send(request, response, "small.txt", { as: CHOSEN }, next),
    );
    app.use("/no-document", (request, response, next) =>
      files.send(request, response, "missing.txt", {}, next),
    );
    app.use(mount, files.node);
    app.use((_, response) => void response.writeHead(404).end(NOTHING_HERE));
    app.use((error: unknown, _: IncomingMessage, response: ServerResponse, _next: unknown) => {
      onError(error);
      response.writeHead(statusOf(error)).end();
    });
    return listen(app);
  },
};
