import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import compression from "compression";
import express, { type Express } from "express";
import { afterEach, describe, expect, it } from "vitest";
import { type Delivered, memory, type Source, stet, type StetOptions } from "../../index.ts";
import { Folder } from "../../../test/support/folder.ts";

const SITE = memory({
  "a.txt": "the text",
  "a.txt.gz": "gz",
  "folder/index.html": "<p>index</p>",
  "index.html": "<p>root</p>",
});

/** A source whose media type is no field value. */
const INJECTING: Source = {
  async find(path) {
    const found = await SITE.find(path);
    if (found?.kind !== "file") return found;
    return {
      ...found,
      async open(variant) {
        const open = await found.open(variant);
        return (
          open && {
            ...open,
            representation: { ...open.representation, mediaType: "text/plain\r\nX-Injected: 1" },
          }
        );
      },
    };
  },
};

const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function ask(app: Express, path: string, headers = {}): Promise<Answer> {
  const server = app.listen(0, "127.0.0.1");
  closing.push(() => server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, host: "127.0.0.1", path, headers, agent: false }, (response) => {
      let body = "";
      response.setEncoding("latin1").on("data", (chunk: string) => (body += chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    request.on("error", reject).end();
  });
}

function mounted(path: string | undefined, options: StetOptions = {}): Express {
  const app = express().disable("x-powered-by");
  if (path === undefined) app.use(stet(SITE, options).node);
  else app.use(path, stet(SITE, options).node);
  return app;
}

describe("under Express", () => {
  it("serves below its mount, and redirects into it", async () => {
    expect(await ask(mounted("/static"), "/static/a.txt")).toMatchObject({ status: 200, body: "the text" });
    const redirect = await ask(mounted("/static"), "/static/folder?page=2");
    expect(redirect).toMatchObject({ status: 301, headers: { location: "folder/?page=2" } });
    expect(await ask(mounted("/static"), "/static/folder/")).toMatchObject({ body: "<p>index</p>" });
  });

  it("gives the mount itself its slash", async () => {
    for (const [path, location] of [
      ["/static", "static/"],
      ["/static?a=1", "static/?a=1"],
    ] as const) {
      expect(await ask(mounted("/static"), path)).toMatchObject({ status: 301, headers: { location } });
    }
    expect(await ask(mounted("/static"), "/static/")).toMatchObject({ status: 200, body: "<p>root</p>" });
    expect(await ask(mounted(undefined), "/")).toMatchObject({ status: 200 });
  });

  it("redirects a target with single dots to the one without, and looks for nothing", async () => {
    for (const [path, location] of [
      ["/static/./a.txt?x=1", "a.txt?x=1"],
      ["/static/./missing", "missing"],
      ["/static/folder/.", "./"],
      ["/static/./folder/", "./"],
    ] as const) {
      expect(await ask(mounted("/static"), path), path).toMatchObject({ status: 301, headers: { location } });
    }
    expect((await ask(mounted("/static"), "/static/./../a.txt")).status).toBe(404);
    const absolute = await ask(mounted("/static"), "http://elsewhere.example/static/folder");
    expect(absolute).toMatchObject({ status: 301, headers: { location: "folder/" } });
  });

  it("never redirects to another host, whatever a pattern has matched", async () => {
    const { status, headers } = await ask(mounted("/:any"), "//evil.example/folder");
    expect(status === 301 ? new URL(headers.location ?? "", "http://localhost").host : "localhost").toBe(
      "localhost",
    );
  });

  it("lets what isn't ours go on, and answers it where it is told to", async () => {
    const app = mounted(undefined).all("/{*rest}", (_, response) => void response.send("the application"));
    for (const path of ["/missing", "/a%2Fb", "/.git/config", "/a.txt/"]) {
      expect(await ask(app, path), path).toMatchObject({ status: 200, body: "the application" });
    }
    expect((await ask(mounted(undefined, { fallthrough: false }), "/missing")).body).toBe("Not Found\n");
  });

  it("keeps what the application has set, but for what is judged", async () => {
    const app = express()
      .disable("x-powered-by")
      .use((_, response, next) => {
        response.set({
          "Cache-Control": "private",
          Vary: "Origin",
          ETag: '"mine"',
          "Content-Type": "text/x-mine",
        });
        next();
      })
      .use(stet(SITE).node);
    const { headers } = await ask(app, "/a.txt");
    expect(headers).toMatchObject({
      "cache-control": "private",
      vary: "Origin, Accept-Encoding",
      "content-type": "text/plain; charset=utf-8",
    });
    expect(headers.etag).not.toBe('"mine"');
    const unchanged = await ask(app, "/a.txt", { "If-None-Match": "*" });
    expect(unchanged).toMatchObject({ status: 304, headers: { "cache-control": "private" } });
    expect(unchanged.headers["content-type"]).toBeUndefined();
  });

  it("goes through a middleware that compresses, at any size, and tells it to change nothing", async () => {
    const folder = await Folder.make();
    closing.push(() => void folder.remove());
    const large = "compressible ".repeat(50_000);
    await folder.write("small.txt", "small ".repeat(500));
    await folder.write("large.txt", large);
    const events: Delivered[] = [];
    const site = stet(folder.path, { onDelivered: (event) => events.push(event) });
    const app = express().use(compression(), site.node);
    for (const [path, size] of [
      ["/small.txt", 3000],
      ["/large.txt", large.length],
    ] as const) {
      const { status, headers, body } = await ask(app, path, { "Accept-Encoding": "gzip" });
      expect([status, headers["content-encoding"], body.length]).toEqual([200, undefined, size]);
      expect(headers["cache-control"]).toBe("no-cache, no-transform");
      await expect.poll(() => events.pop()).toMatchObject({ aborted: false, bytes: size });
    }
  });

  it("hands an answer that can't be sent to the application's error handler", async () => {
    const app = express()
      .use(stet(INJECTING, { onError: () => undefined }).node)
      .use((_error: Error, _request: unknown, response: express.Response, _next: unknown) => {
        response.removeHeader("Content-Length");
        response.status(500).send("handled");
      });
    const answer = await ask(app, "/a.txt");
    expect(answer).toMatchObject({ status: 500, body: "handled" });
    expect(answer.headers).not.toHaveProperty("x-injected");
  });

  it("shows loggers what was sent, however it left, and keeps what Express says of itself", async () => {
    const logged: unknown[] = [];
    const app = express()
      .use((_, response, next) => {
        response.on("finish", () => {
          const { statusCode, headersSent } = response;
          logged.push([
            statusCode,
            headersSent,
            response.getHeader("Content-Length"),
            response.getHeaders().etag,
          ]);
        });
        next();
      })
      .use(stet(SITE).node);
    for (let round = 0; round < 2; round++) {
      const { headers, body } = await ask(app, "/a.txt");
      expect([headers["x-powered-by"], headers["content-length"], body]).toEqual([
        "Express",
        "8",
        "the text",
      ]);
      await expect.poll(() => logged.pop()).toEqual([200, true, "8", headers.etag]);
    }
  });

  it("leaves alone what another handler has answered", async () => {
    const errors: unknown[] = [];
    const app = express().use((request, response) => {
      response.send("answered before");
      return stet(SITE, { onError: (error) => errors.push(error) }).node(request, response);
    });
    expect(await ask(app, "/a.txt")).toMatchObject({ status: 200, body: "answered before" });
    expect(errors.length).toBeLessThanOrEqual(1);
  });
});
