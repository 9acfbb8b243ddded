/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import type { RequestListener } from "node:http";
import compress from "@fastify/compress";
import { getRequestListener } from "@hono/node-server";
import compression from "compression";
import connect from "connect";
import express from "express";
import express4 from "express4";
import Fastify from "fastify";
import { Hono } from "hono";
import { compress as honoCompress } from "hono/compress";
import Koa from "koa";
import koaCompress from "koa-compress";
import { describe, expect } from "vitest";
import { stetFastify } from "../../src/fastify.ts";
import { stetHono } from "../../src/hono.ts";
import { stet, type Stet } from "../../src/index.ts";
import { stetKoa } from "../../src/koa.ts";
import type { Folder } from "../support/folder.ts";
import { noise } from "../support/noise.ts";
import { RawConnection, requestText } from "../support/raw-connection.ts";
import { test } from "../support/served-test.ts";

/** Texts that each middleware would compress: one that is sent at once, and one that is streamed. */
const TEXTS: Readonly<Record<string, string>> = {
  "small.txt": "compressible ".repeat(500),
  "large.txt": noise(300_000, "large").toString("hex"),
};

/** A server of the folder with a middleware that compresses in front of it. */
type Application = (folder: string, files: Stet) => RequestListener | Promise<RequestListener>;

const NODE_APPLICATIONS: Readonly<Record<string, Application>> = {
  "compression under Express 5": (_, files) => express().use(compression(), files.node),
  "compression under Express 4": (_, files) =>
    (express4 as unknown as typeof express)().use(compression(), files.node),
  "compression under connect": (_, files) =>
    connect()
      .use(compression() as never)
      .use(files.node as never),
};

const APPLICATIONS: Readonly<Record<string, Application>> = {
  ...NODE_APPLICATIONS,
  "koa-compress": (_, files) =>
    new Koa()
      .use(koaCompress({ threshold: 0 }))
      .use(stetKoa(files) as never)
      .callback(),
  "@fastify/compress": async (folder) => {
    const app = Fastify();
    await app.register(compress, { threshold: 0 });
    await app.register(stetFastify, { root: folder });
    await app.ready();
    return (request, response) => app.routing(request, response);
  },
  "@fastify/compress, and reply.sendFile": async (folder) => {
    const app = Fastify();
    await app.register(compress, { threshold: 0 });
    await app.register(stetFastify, { root: folder, serve: false });
    app.get("/:name", (request, reply) => reply.sendFile((request.params as { name: string }).name));
    await app.ready();
    return (request, response) => app.routing(request, response);
  },
  "compress of Hono": (_, files) =>
    getRequestListener(new Hono().use(honoCompress({ threshold: 0 })).use("/*", stetHono(files)).fetch),
};

interface Got {
  readonly status: number;
  readonly headers: Headers;
  /** As it came: nothing is decoded. */
  readonly content: Buffer;
}

async function start(
  application: Application,
  folder: Folder,
  serveApp: (listener: RequestListener) => Promise<number>,
): Promise<(target: string, headers?: Record<string, string>, method?: string) => Promise<Got>> {
  for (const [name, text] of Object.entries(TEXTS)) await folder.writeOld(name, text);
  const port = await serveApp(await application(folder.path, stet(folder.path)));
  return async (target, headers = {}, method = "GET") => {
    const lines = { "Accept-Encoding": "gzip, deflate, br", Connection: "close", ...headers };
    const connection = await RawConnection.open(port);
    try {
      connection.send(requestText(target, { method, fields: lines }));
      const head = await connection.head();
      const raw = await connection.read(Infinity);
      const chunked = head.field("transfer-encoding") !== undefined;
      return {
        status: head.status,
        headers: new Headers(head.lines.map(([name, value]): [string, string] => [name, value])),
        content: chunked ? withoutChunks(raw) : raw,
      };
    } finally {
      connection.close();
    }
  };
}

/** @see RFC 9112 §7.1 */
function withoutChunks(raw: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let position = 0; ;) {
    const end = raw.indexOf("\r\n", position);
    const length = Number.parseInt(raw.toString("latin1", position, end), 16);
    if (!(length > 0)) return Buffer.concat(chunks);
    chunks.push(raw.subarray(end + 2, end + 2 + length));
    position = end + 2 + length + 2;
  }
}

/** What a strong entity tag was seen to name. */
class StrongTags {
  readonly #contents = new Map<string, Buffer>();

  expectOne({ status, headers, content }: Got): void {
    const tag = headers.get("etag") ?? "";
    if (status !== 200 || !tag.startsWith('"')) return;
    const seen = this.#contents.get(tag) ?? content;
    expect([tag, seen.equals(content)]).toEqual([tag, true]);
    this.#contents.set(tag, content);
  }
}

function expectWhole({ status, headers, content }: Got): void {
  expect(status).toBe(200);
  const length = headers.get("content-length");
  if (length !== null) expect(Number(length)).toBe(content.length);
}

for (const [name, application] of Object.entries(APPLICATIONS)) {
  describe(`behind ${name}`, () => {
    for (const [file, text] of Object.entries(TEXTS)) {
      test(`no part of ${file} is compressed, and no strong tag names two contents`, async ({
        folder,
        serveApp,
      }) => {
        const get = await start(application, folder, serveApp);
        const tags = new StrongTags();
        for (let round = 0; round < 3; round++) {
          const whole = await get(`/${file}`);
          const plain = await get(`/${file}`, { "Accept-Encoding": "identity" });
          expectWhole(whole);
          expectWhole(plain);
          expect(plain.content.toString()).toBe(text);
          tags.expectOne(whole);
          tags.expectOne(plain);

          const tag = whole.headers.get("etag") ?? "";
          const ranges = [
            { Range: "bytes=100-2999" },
            { Range: "bytes=100-2999", "If-Range": plain.headers.get("etag") ?? "" },
          ];
          for (const range of ranges) {
            const part = await get(`/${file}`, range);
            expect([part.status, part.headers.get("content-encoding")]).toEqual([206, null]);
            expect(part.headers.get("content-range")).toBe(`bytes 100-2999/${text.length}`);
            expect(part.headers.get("content-length")).toBe("2900");
            expect(part.content.toString()).toBe(text.slice(100, 3000));
          }
          const several = await get(`/${file}`, { Range: "bytes=0-1999,4000-5999" });
          expect([several.status, several.headers.get("content-encoding")]).toEqual([206, null]);
          expect(Number(several.headers.get("content-length"))).toBe(several.content.length);

          const same = await get(`/${file}`, { "If-None-Match": tag });
          expect([same.status, same.content.length]).toEqual([304, 0]);
          const head = await get(`/${file}`, {}, "HEAD");
          expect([head.status, head.headers.get("content-encoding"), head.content.length]).toEqual([
            200,
            null,
            0,
          ]);
          expect(head.headers.get("content-length")).toBe(String(text.length));
        }
      });
    }
  });
}

describe("behind compression, in front of Node's own response", () => {
  for (const [name, application] of Object.entries(NODE_APPLICATIONS)) {
    test(`${name}: every answer about a file says no-transform, and HEAD and 304 as the 200`, async ({
      folder,
      serveApp,
    }) => {
      const get = await start(application, folder, serveApp);
      for (let round = 0; round < 2; round++) {
        for (const [headers, method, status] of [
          [{}, "GET", 200],
          [{}, "HEAD", 200],
          [{ Range: "bytes=0-9" }, "GET", 206],
          [{ "If-None-Match": "*" }, "GET", 304],
        ] as const) {
          const got = await get("/small.txt", { ...headers }, method);
          expect([got.status, got.headers.get("cache-control"), got.headers.get("vary")]).toEqual([
            status,
            "no-cache, no-transform",
            null,
          ]);
        }
      }
    });
  }

  test("keeps the Cache-Control of the application, and says it where there is none", async ({
    folder,
    serveApp,
  }) => {
    await folder.writeOld("a.txt", TEXTS["small.txt"] ?? "");
    const own =
      (value: string | undefined): express.RequestHandler =>
      (_request, response, next) => {
        if (value !== undefined) response.setHeader("Cache-Control", value);
        next();
      };
    for (const [given, cacheControl, told] of [
      ["public, max-age=60", undefined, "public, max-age=60, no-transform"],
      ["max-age=5, No-Transform", undefined, "max-age=5, No-Transform"],
      [undefined, "max-age=9", "max-age=9, no-transform"],
      [undefined, false, "no-transform"],
    ] as const) {
      const files = stet(folder.path, cacheControl === undefined ? {} : { cacheControl });
      const port = await serveApp(express().use(compression(), own(given), files.node));
      const response = await fetch(`http://127.0.0.1:${port}/a.txt`);
      expect([response.headers.get("content-encoding"), response.headers.get("cache-control")]).toEqual([
        null,
        told,
      ]);
    }
  });

  test("what isn't stet's is compressed as ever, and a sibling is sent as it is", async ({
    folder,
    serveApp,
  }) => {
    await folder.writeOld("a.txt", TEXTS["small.txt"] ?? "");
    await folder.writeOld("a.txt.gz", "gz");
    const files = stet(folder.path);
    const app = express().use(compression({ threshold: 0 }), files.node, (_request, response) => {
      response.type("text").send(TEXTS["small.txt"]);
    });
    const port = await serveApp(app);
    const headers = { "Accept-Encoding": "gzip" };
    const other = await fetch(`http://127.0.0.1:${port}/other`, { headers });
    expect([other.headers.get("content-encoding"), await other.text()]).toEqual(["gzip", TEXTS["small.txt"]]);
    const sibling = await fetch(`http://127.0.0.1:${port}/a.txt`, { method: "HEAD", headers });
    expect([sibling.headers.get("content-encoding"), sibling.headers.get("content-length")]).toEqual([
      "gzip",
      "2",
    ]);
  });

  test("a response that nobody has wrapped, or that is only watched, says nothing of it", async ({
    folder,
    serveApp,
  }) => {
    await folder.writeOld("a.txt", TEXTS["small.txt"] ?? "");
    const files = stet(folder.path);
    // As on-headers does it, by which loggers and timers see a head.
    const watching: express.RequestHandler = (_request, response, next) => {
      const { writeHead } = response;
      response.writeHead = ((...head: Parameters<typeof writeHead>) => {
        response.setHeader("X-Watched", "yes");
        return writeHead.apply(response, head);
      }) as typeof writeHead;
      next();
    };
    for (const app of [express().use(files.node), express().use(watching, files.node)]) {
      const port = await serveApp(app);
      const response = await fetch(`http://127.0.0.1:${port}/a.txt`);
      expect(response.headers.get("cache-control")).toBe("no-cache");
    }
  });
});
