import type { IncomingMessage, ServerResponse } from "node:http";
import polka from "polka";
import { listen } from "../../support/listen.ts";
import { CHOSEN, type Framework, NOTHING_HERE, statusOf, toFiles } from "./framework.ts";

export const POLKA: Framework = {
  name: "polka",
  start(application) {
    const { mount, fields, onError } = application;
    const files = toFiles(application);
    const nothingHere = (_: IncomingMessage, response: ServerResponse): void =>
      void response.writeHead(404).end(NOTHING_HERE);
    const app = polka({
      onNoMatch: nothingHere,
      onError(error: unknown, _: IncomingMessage, response: ServerResponse) {
        onError(error);
        response.writeHead(statusOf(error)).end();
      },
    });
    app.use((_, response, next) => {
      for (const [name, value] of Object.entries(fields)) response.setHeader(name, value);
      next();
    });
    app.all("/document", (request, response, next) =>
      files.send(request, response, "small.txt", { as: CHOSEN }, next),
    );
    app.all("/no-document", (request, response) =>
      files.send(request, response, "missing.txt", {}, () => nothingHere(request, response)),
    );
    app.use(mount || "/", files.node);
    return listen((request, response) => app.handler(request as polka.Request, response));
  },
};
