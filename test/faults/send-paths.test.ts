/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import express from "express";
import Fastify, { type LightMyRequestResponse } from "fastify";
import { Hono } from "hono";
import Koa from "koa";
import { mkdir, symlink } from "node:fs/promises";
import { describe, expect } from "vitest";
import { stetFastify } from "../../src/fastify.ts";
import { memory, stet } from "../../src/index.ts";
import { send } from "../../src/koa.ts";
import { stet as webStet } from "../../src/web.ts";
import type { Folder } from "../support/folder.ts";
import { request } from "../support/raw-connection.ts";
import { test } from "../support/served-test.ts";

/*
 * The path that an application gives to send: however it is written, it leads to the file that is meant, or to an error that says
 * what to write. It is never a 404 that nobody can explain.
 */

async function fill(folder: Folder): Promise<void> {
  await folder.writeOld("root/a.txt", "a");
  await folder.writeOld("root/reports/b.txt", "b");
  await folder.writeOld("root/.env", "secret");
  await folder.writeOld("outside/c.txt", "outside");
}

/** What leads to a file. */
function found(folder: Folder): readonly (readonly [path: string, content: string])[] {
  return [
    ["a.txt", "a"],
    ["/a.txt", "a"],
    ["./a.txt", "a"],
    ["././a.txt", "a"],
    ["reports/b.txt", "b"],
    ["/reports/b.txt", "b"],
    ["./reports/b.txt", "b"],
    [folder.to("root/a.txt"), "a"],
    [folder.to("root/reports/b.txt"), "b"],
  ];
}

/** What is well formed, and isn't there. */
function missing(folder: Folder): readonly string[] {
  return [
    "none.txt",
    "/none.txt",
    "./none.txt",
    "none/none.txt",
    folder.to("root/none.txt"),
    "/",
    "reports",
    "reports/",
    ".env",
    // A slash at the end is of a folder.
    "a.txt/",
    "./a.txt/",
    `${folder.to("root/a.txt")}/`,
    folder.to("root"),
    `${folder.to("root")}/`,
  ];
}

/** What can be no file below the root, and what the error says of it. */
function wrong(folder: Folder): readonly (readonly [path: string, message: RegExp])[] {
  return [
    ["", /is empty: write a path below the root, such as "reports\/2026\.pdf"/],
    ["..", /"\.\..*" holds a dot segment: write a path below the root, .*make a stet\(\) of that folder/],
    [
      "../outside/c.txt",
      /"\.\..*" holds a dot segment: write a path below the root, .*make a stet\(\) of that folder/,
    ],
    ["reports/../../outside/c.txt", /a dot segment/],
    ["/../outside/c.txt", /a dot segment/],
    ["reports/./b.txt", /a dot segment/],
    ["a.txt\0", /control character/],
    ["a\\b.txt", /separator/],
    ["reports//b.txt", /an empty segment/],
    ["//a.txt", /an empty segment/],
    ["\uD800.txt", /separator or control/],
    [folder.to("outside/c.txt"), /is outside of the root: write a path below the root, .*make a stet\(\)/],
    [`${folder.to("root")}/../outside/c.txt`, /a dot segment/],
  ];
}

function expectAdvice(error: unknown, message: RegExp): void {
  expect(error).toBeInstanceOf(TypeError);
  expect(String(error)).toMatch(message);
}

describe("under Node", () => {
  test("finds the file, passes on what is missing, and answers 500 to what is wrong, told to onError", async ({
    folder,
    serveApp,
  }) => {
    await fill(folder);
    const errors: unknown[] = [];
    const files = stet(folder.to("root"), { onError: (error) => errors.push(error) });
    let path = "";
    const port = await serveApp((incoming, response) => void files.send(incoming, response, path));
    for (const [given, content] of found(folder)) {
      path = given;
      const { status, text } = await request(port, "/any");
      expect([given, status, text]).toEqual([given, 200, content]);
    }
    for (path of missing(folder)) expect([path, (await request(port, "/any")).status]).toEqual([path, 404]);
    expect(errors).toEqual([]);
    for (const [given, message] of wrong(folder)) {
      path = given;
      expect([given, (await request(port, "/any")).status]).toEqual([given, 500]);
      expectAdvice(errors.pop(), message);
    }
  });

  test("hands what is wrong to next, as the error that says what to write", async ({ folder, serveApp }) => {
    await fill(folder);
    const files = stet(folder.to("root"));
    const errors: unknown[] = [];
    let path = "";
    const app = express();
    app.use((incoming, response, next) => void files.send(incoming, response, path, {}, next));
    app.use((error: unknown, _: unknown, response: express.Response, _next: unknown) => {
      errors.push(error);
      response.sendStatus(500);
    });
    const port = await serveApp(app);
    for (const [given, message] of wrong(folder)) {
      path = given;
      expect([given, (await request(port, "/any")).status]).toEqual([given, 500]);
      expectAdvice(errors.pop(), message);
    }
    path = "/none.txt";
    expect((await request(port, "/any")).status).toBe(404);
    expect(errors).toEqual([]);
  });
});

describe("with a Request", () => {
  const ask = new Request("http://localhost/any");

  test("finds the file, answers 404 to what is missing, and 500 to what is wrong, told to onError", async ({
    folder,
  }) => {
    await fill(folder);
    const errors: unknown[] = [];
    const files = stet(folder.to("root"), { onError: (error) => errors.push(error) });
    for (const [path, content] of found(folder)) {
      const response = await files.send(ask, path);
      expect([path, response.status, await response.text()]).toEqual([path, 200, content]);
    }
    for (const path of missing(folder)) {
      expect([path, (await files.send(ask, path)).status]).toEqual([path, 404]);
      expect(await files.send(ask, path, {}, () => "next")).toBe("next");
    }
    for (const [path, message] of wrong(folder)) {
      expect([path, (await files.send(ask, path)).status]).toEqual([path, 500]);
      expectAdvice(errors.pop(), message);
      const sent = files.send(ask, path, {}, () => "next");
      await expect(sent).rejects.toBeInstanceOf(TypeError);
      await expect(sent).rejects.toThrow(message);
    }
  });

  test("a path below the root is relative to it first, then absolute", async ({ folder }) => {
    await fill(folder);
    const inner = `root${folder.to("root/a.txt")}`;
    await folder.writeOld(inner, "inner");
    const files = stet(folder.to("root"));
    expect(await (await files.send(ask, folder.to("root/a.txt"))).text()).toBe("inner");
    expect(await (await files.send(ask, folder.to("root/reports/b.txt"))).text()).toBe("b");
  });

  test("an absolute path below the root is found where the root is a link, by either name", async ({
    folder,
  }) => {
    await fill(folder);
    await symlink(folder.to("root"), folder.to("current"));
    const files = stet(folder.to("current"));
    for (const path of ["current/a.txt", "root/a.txt"]) {
      expect(await (await files.send(ask, folder.to(path))).text()).toBe("a");
    }
  });

  test("a folder of the root is no absolute path, though the file system has it, too", async ({ folder }) => {
    await fill(folder);
    const [, first = ""] = folder.path.split("/");
    await mkdir(folder.to(`root/${first}`), { recursive: true });
    const files = stet(folder.to("root"));
    expect((await files.send(ask, `/${first}/none.txt`)).status).toBe(404);
  });

  test("a source that is no folder knows no absolute paths", async () => {
    const source = memory({ "a.txt": "a" });
    for (const files of [stet(source), webStet(source)]) {
      for (const path of ["a.txt", "/a.txt", "./a.txt"])
        expect(await (await files.send(ask, path)).text()).toBe("a");
      expect((await files.send(ask, "/etc/a.txt")).status).toBe(404);
      await expect(files.send(ask, "../a.txt", {}, () => "next")).rejects.toThrow(/a dot segment/);
    }
  });
});

describe("under the frameworks", () => {
  test("Fastify: sendFile and download", async ({ folder }) => {
    await fill(folder);
    const app = Fastify();
    await app.register(stetFastify, { root: folder.to("root"), serve: false });
    app.get("/send", (incoming, reply) => reply.sendFile((incoming.query as { path: string }).path));
    app.get("/download", (incoming, reply) => reply.download((incoming.query as { path: string }).path));
    for (const route of ["/send", "/download"]) {
      const get = async (path: string): Promise<LightMyRequestResponse> =>
        app.inject({ url: route, query: { path } });
      for (const [path, content] of found(folder))
        expect([path, (await get(path)).body]).toEqual([path, content]);
      for (const path of missing(folder)) expect([path, (await get(path)).statusCode]).toEqual([path, 404]);
      for (const [path] of wrong(folder).filter(([given]) => given !== "\uD800.txt"))
        expect([path, JSON.parse((await get(path)).body)]).toEqual([
          path,
          { statusCode: 500, error: "Internal Server Error", message: "Internal Server Error" },
        ]);
    }
    await app.close();
  });

  test("Koa: send", async ({ folder, serveApp }) => {
    await fill(folder);
    const files = stet(folder.to("root"));
    const errors: unknown[] = [];
    let path = "";
    const app = new Koa();
    app.on("error", (error) => errors.push(error));
    app.use((context) => send(context, files, path).then(() => undefined));
    const handle = app.callback();
    const port = await serveApp((incoming, response) => void handle(incoming, response));
    for (const [given, content] of found(folder)) {
      path = given;
      expect([given, (await request(port, "/any")).text]).toEqual([given, content]);
    }
    for (const [given, message] of wrong(folder)) {
      path = given;
      expect([given, (await request(port, "/any")).status]).toEqual([given, 500]);
      expect(String(errors.pop())).toMatch(message);
    }
  });

  test("Hono: files.send", async ({ folder }) => {
    await fill(folder);
    const errors: Error[] = [];
    const files = stet(folder.to("root"));
    const app = new Hono();
    app.onError((error) => {
      errors.push(error);
      return new Response("", { status: 500 });
    });
    app.get("/send", (context) =>
      files.send(context.req.raw, context.req.query("path") ?? "", {}, () => context.notFound()),
    );
    const get = async (path: string): Promise<Response> =>
      app.request(`/send?${new URLSearchParams({ path }).toString()}`);
    for (const [path, content] of found(folder))
      expect([path, await (await get(path)).text()]).toEqual([path, content]);
    for (const [path, message] of wrong(folder).filter(([given]) => given !== "\uD800.txt")) {
      expect([path, (await get(path)).status]).toEqual([path, 500]);
      expect(errors.pop()?.message).toMatch(message);
    }
  });
});
