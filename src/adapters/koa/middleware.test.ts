import Koa from "koa";
import compress from "koa-compress";
import { afterEach, describe, expect, it } from "vitest";
import { askHttp } from "../../../test/contracts/adapters.ts";
import { listen } from "../../../test/support/listen.ts";
import { memory, type Source, SourceError, stet } from "../../index.ts";
import { send, stetKoa } from "../../koa.ts";

const TEXT = "compressible ".repeat(20_000);
const files = stet(memory({ "a.txt": TEXT, "b.txt": "short" }));
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(app: Koa): Promise<ReturnType<typeof askHttp>> {
  const handle = app.callback();
  const listening = await listen((request, response) => void handle(request, response));
  closing.push(listening.close);
  return askHttp(listening);
}

describe("under Koa", () => {
  it("shows the middlewares before it what was sent, and takes what they set", async () => {
    const seen: unknown[] = [];
    const app = new Koa();
    app.use(async (context, next) => {
      context.set("X-Before", "1");
      await next();
      // It is too late for this one, and no error.
      context.set("X-After", "1");
      seen.push([context.status, context.length, context.type]);
    });
    app.use(stetKoa(files));
    const { ask } = await serve(app);
    const { headers } = await ask("GET", "/b.txt");
    expect([headers.get("x-before"), headers.get("x-after")]).toEqual(["1", null]);
    await ask("GET", "/missing");
    expect(seen).toEqual([
      [200, 5, "text/plain"],
      [404, undefined, ""],
    ]);
  });

  it("keeps what send sends private, whatever maxAge says", async () => {
    const kept = stet(memory({ "a.txt": "a" }), { maxAge: "1d" });
    const app = new Koa();
    app.use(async (context, next) => {
      if (context.path === "/chosen") await send(context, kept, "a.txt");
      else await next();
    });
    app.use(stetKoa(kept));
    const { ask } = await serve(app);
    expect((await ask("GET", "/a.txt")).headers.get("cache-control")).toBe("max-age=86400");
    expect((await ask("GET", "/chosen")).headers.get("cache-control")).toBe("private, no-cache");
  });

  it("sends the bytes that were judged, whatever compresses in front of it", async () => {
    const app = new Koa();
    app.use(compress());
    app.use(stetKoa(files));
    app.use((context) => (context.body = TEXT));
    const { ask } = await serve(app);
    const headers = { "Accept-Encoding": "gzip" };
    const whole = await ask("GET", "/a.txt", headers);
    expect([whole.headers.get("content-encoding"), Buffer.from(whole.body).toString()]).toEqual([null, TEXT]);
    const part = await ask("GET", "/a.txt", { ...headers, Range: "bytes=0-11" });
    expect([part.status, Buffer.from(part.body).toString()]).toEqual([206, "compressible"]);
    // What isn't stet's is compressed as ever.
    expect((await ask("GET", "/missing", headers)).headers.get("content-encoding")).toBe("gzip");
  });

  it("has Koa tell of a failure, and answer it with what the client is to know", async () => {
    const failure = new SourceError("busy", new Error("/srv/secret"));
    const source: Source = { find: () => Promise.reject(failure) };
    const told: Error[] = [];
    const app = new Koa();
    app.on("error", (error: Error) => told.push(error));
    app.use(stetKoa(stet(source)));
    const { ask } = await serve(app);
    const { status, headers, body } = await ask("GET", "/a.txt");
    expect([status, headers.get("retry-after"), Buffer.from(body).toString()]).toEqual([
      503,
      "1",
      "Service Unavailable",
    ]);
    expect(told).toMatchObject([{ status: 503, cause: failure }]);
  });

  it("tells whether the chosen file was there, and leaves the answer to who asked", async () => {
    const app = new Koa();
    app.use(async (context) => {
      if (!(await send(context, files, "missing.txt"))) context.body = "in its place";
    });
    const { ask } = await serve(app);
    const { status, body } = await ask("GET", "/");
    expect([status, Buffer.from(body).toString()]).toEqual([200, "in its place"]);
  });

  it("throws for an option that means nothing, so that Koa answers", async () => {
    const told: Error[] = [];
    const app = new Koa();
    app.on("error", (error: Error) => told.push(error));
    app.use(async (context) => {
      await send(context, files, "a.txt", { filename: "b.txt" } as never);
    });
    const { ask } = await serve(app);
    expect((await ask("GET", "/")).status).toBe(500);
    expect(told).toMatchObject([
      { name: "TypeError", message: expect.stringContaining('no option "filename"') },
    ]);
  });

  it("refuses what stet() hasn't made", () => {
    expect(() => stetKoa("./public" as never)).toThrow(/stetKoa\(\) takes what stet\(\) makes/);
  });
});
