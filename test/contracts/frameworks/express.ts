import express from "express";
import express4 from "express4";
import { listen } from "../../support/listen.ts";
import { CHOSEN, type Framework, NOTHING_HERE, statusOf, toFiles } from "./framework.ts";

function toFramework(name: string, create: () => express.Express): Framework {
  return {
    name,
    start(application) {
      const { mount, fields, onError } = application;
      const files = toFiles(application);
      const app = create();
      app.use((_, response, next) => {
        response.set(fields);
        next();
      });
      app.get("/document", (request, response, next) =>
        files.send(request, response, "small.txt", { as: CHOSEN }, next),
      );
      app.get("/no-document", (request, response, next) =>
        files.send(request, response, "missing.txt", {}, next),
      );
      app.use(mount || "/", files.node);
      app.use((_, response) => void response.status(404).send(NOTHING_HERE));
      app.use((error: unknown, _: unknown, response: express.Response, _next: unknown) => {
        onError(error);
        response.sendStatus(statusOf(error));
      });
      return listen(app);
    },
  };
}

export const EXPRESS: readonly Framework[] = [
  toFramework("Express 5", express),
  // What is used of it is the same in both.
  toFramework("Express 4", express4 as unknown as typeof express),
];
