import { Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import type { NestExpressApplication } from "@nestjs/platform-express";
import type { NextFunction, Request, Response } from "express";
import { portOf } from "../../support/listen.ts";
import { encoded, FILES, GUARDED, READ, type Router } from "./router.ts";

export const NEST: Router = {
  name: "NestJS 11, on Express",
  async start(mount) {
    class App {
      readonly files = FILES;
    }
    Module({})(App);
    const app = await NestFactory.create<NestExpressApplication>(App, {
      logger: false,
      forceCloseConnections: true,
    });
    app.use((request: Request, response: Response, next: NextFunction) => {
      response.set(READ, encoded(request.path));
      next();
    });
    app.use(`${mount}/admin`, (_: Request, response: Response) => void response.status(GUARDED).end());
    app.use(mount || "/", FILES.node);
    await app.listen(0, "127.0.0.1");
    return { port: portOf(app.getHttpServer()), close: () => app.close() };
  },
};
