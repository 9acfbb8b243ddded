import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  Module,
  Next,
  Req,
  Res,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import type { NestExpressApplication } from "@nestjs/platform-express";
import type { Request, Response } from "express";
import type { NodeNext } from "../../../src/adapters/node/handler.ts";
import { portOf } from "../../support/listen.ts";
import { CHOSEN, type Framework, NOTHING_HERE, statusOf, toFiles } from "./framework.ts";

export const NEST: Framework = {
  name: "NestJS 11, on Express",
  async start(application) {
    const { mount, fields, onError } = application;
    const files = toFiles(application);

    class Documents {
      chosen(request: Request, response: Response, next: NodeNext): Promise<void> {
        return files.send(request, response, "small.txt", { as: CHOSEN }, next);
      }

      missing(request: Request, response: Response, next: NodeNext): Promise<void> {
        return files.send(request, response, "missing.txt", {}, next);
      }
    }
    route(Documents, "chosen", "document");
    route(Documents, "missing", "no-document");

    class App {
      readonly files = files;
    }
    Controller()(Documents);
    Module({ controllers: [Documents] })(App);

    class Failures implements ExceptionFilter {
      catch(error: unknown, host: ArgumentsHost): void {
        const response = host.switchToHttp().getResponse<Response>();
        const status = statusOf(error);
        if (status !== 404) onError(error);
        response.status(status).send(status === 404 ? NOTHING_HERE : "");
      }
    }
    Catch()(Failures);

    const app = await NestFactory.create<NestExpressApplication>(App, {
      logger: false,
      forceCloseConnections: true,
    });
    app.use((_: Request, response: Response, next: NodeNext) => {
      response.set(fields);
      next();
    });
    app.use(mount || "/", files.node);
    app.useGlobalFilters(new Failures());
    await app.listen(0, "127.0.0.1");
    return { port: portOf(app.getHttpServer()), close: () => app.close() };
  },
};

/** What `@Get(path)` before a method with `@Req()`, `@Res()` and `@Next()` says, where there are no decorators. */
function route(controller: new () => object, name: string, path: string): void {
  const { prototype } = controller;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  if (descriptor !== undefined) Get(path)(prototype, name, descriptor);
  for (const [index, argument] of [Req(), Res(), Next()].entries()) argument(prototype, name, index);
}
