import { statSync } from "node:fs";
import { join } from "node:path";
import express from "express";
import peer from "serve-static";
import { describe, expect, expectTypeOf, onTestFinished, test, vi } from "vitest";
import { serveStatic, type ServeStaticOptions } from "../../src/compat.ts";
import { listen } from "../support/listen.ts";
import { request } from "../support/raw-connection.ts";
import { alike, type Call, different, type Handler, servedFolder } from "./side-by-side.ts";

const folder = servedFolder();

const calling =
  (options?: ServeStaticOptions): Call =>
  (make, root) =>
    (make === "ours"
      ? serveStatic(root, options)
      : peer(root, options as peer.ServeStaticOptions)) as Handler;

/** Under a path that the framework takes off, as Express and connect do. */
const mounted =
  (options?: ServeStaticOptions): Call =>
  (make, root) => {
    const handler = calling(options)(make, root);
    return (request, response, next) =>
      handler(
        Object.assign(request, {
          originalUrl: request.url,
          url: request.url?.replace(/^\/static\/?/, "/"),
        }),
        response,
        next,
      );
  };

const TYPE = ["content-type", "content-length"];

describe("as serve-static has it", () => {
  alike("without options", folder, calling(), [
    { target: "/hello.txt", compared: [...TYPE, "cache-control", "accept-ranges", "last-modified", "vary"] },
    { target: "/hello.txt", method: "HEAD", compared: [...TYPE, "cache-control"] },
    { target: "/hello.txt?query", compared: TYPE },
    { target: "/data.xyz", compared: ["content-length", "cache-control"] },
    { target: "/about" },
    { target: "/missing.txt" },
    { target: "/hello.txt", method: "POST" },
    { target: "/../hello.txt" },
    { target: "/%2e%2e/hello.txt" },
    { target: "/%zz" },
    { target: "/app.js", fields: { "Accept-Encoding": "br, gzip" }, compared: ["content-encoding", "vary"] },
    { target: "/hello.txt", fields: { Range: "bytes=0-4" }, compared: ["content-range", ...TYPE] },
    { target: "/hello.txt", fields: { Range: "bytes=-4" }, compared: ["content-range", ...TYPE] },
    { target: "/hello.txt", fields: { "If-None-Match": "*" }, compared: ["cache-control"] },
    { target: "/hello.txt", fields: { "If-Modified-Since": "Sun, 10 Mar 2024 10:00:00 GMT" } },
  ]);

  alike("index", folder, calling(), [{ target: "/" }, { target: "/folder/" }, { target: "/empty/" }]);
  alike("index: false", folder, calling({ index: false }), [{ target: "/" }, { target: "/folder/" }]);
  alike("several indexes", folder, calling({ index: ["home.htm", "index.html"] }), [
    { target: "/" },
    { target: "/folder/" },
  ]);
  alike("another index", folder, calling({ index: "home.htm" }), [{ target: "/" }, { target: "/folder/" }]);

  alike("redirect", folder, calling(), [{ target: "/folder", compared: ["location"] }]);
  alike("redirect, mounted", folder, mounted(), [
    { target: "/static", compared: ["location"] },
    { target: "/static/folder?page=2", compared: ["location"] },
    { target: "/static/" },
  ]);
  alike("redirect: false", folder, calling({ redirect: false }), [{ target: "/folder" }]);

  alike("extensions", folder, calling({ extensions: ["htm", "html"] }), [
    { target: "/about", compared: TYPE },
    { target: "/hello" },
    { target: "/about.html" },
    { target: "/folder/home", compared: TYPE },
  ]);
  alike("extensions: false", folder, calling({ extensions: false }), [{ target: "/about" }]);
  alike("one extension", folder, calling({ extensions: "html" }), [{ target: "/about" }]);

  alike("fallthrough: false", folder, calling({ fallthrough: false }), [
    { target: "/missing.txt" },
    { target: "/missing.txt", method: "HEAD" },
    { target: "/hello.txt" },
    { target: "/hello.txt", method: "POST" },
    { target: "/missing.txt", method: "DELETE" },
  ]);

  alike("dotfiles: ignore", folder, calling({ dotfiles: "ignore" }), [{ target: "/.env" }]);
  alike("dotfiles: deny", folder, calling({ dotfiles: "deny" }), [{ target: "/.env" }]);
  alike("dotfiles: allow", folder, calling({ dotfiles: "allow" }), [
    { target: "/.env", compared: ["content-length"] },
    { target: "/.well-known/site" },
  ]);

  const CACHED = [{ target: "/hello.txt", compared: ["cache-control"] }];
  for (const options of [
    { maxAge: 0 },
    { maxAge: 90_999 },
    { maxAge: 1e15 },
    { maxAge: "1d" },
    { maxAge: "2 hours" },
    { maxAge: "1.5 Days" },
    { maxAge: ".5h" },
    { maxAge: "10y" },
    { maxAge: "1 week" },
    { maxAge: "5000" },
    { maxAge: "90 secs", immutable: true },
    { immutable: true },
    { immutable: true, maxAge: "1d", cacheControl: false },
    { cacheControl: false },
  ]) {
    alike(JSON.stringify(options), folder, calling(options), CACHED);
  }

  alike(
    "setHeaders",
    folder,
    calling({
      maxAge: "1d",
      setHeaders(response, path, stats) {
        response.setHeader("Content-Disposition", "attachment");
        response.setHeader("Content-Type", "text/x-mine");
        response.setHeader("X-Path", path);
        response.setHeader("X-Size", stats.size);
        if (path.endsWith(".html")) response.setHeader("Cache-Control", "public, max-age=0");
      },
      extensions: ["html"],
    }),
    ["/hello.txt", "/about", "/folder/", "/missing", "/folder"].map((target) => ({
      target,
      compared: ["content-disposition", "x-path", "x-size", "content-type", "cache-control"].slice(
        0,
        // The page of a redirect has a type of its own.
        target === "/folder" ? 3 : 5,
      ),
    })),
  );
});

const WITHOUT: ServeStaticOptions = { etag: false, lastModified: false };

describe("otherwise than serve-static has it", () => {
  different(folder, [
    {
      why: "each answer has its entity tag, and a strong one",
      call: calling(),
      question: { target: "/hello.txt", compared: ["etag"] },
      theirs: { etag: expect.stringMatching(/^W\/"/) },
      ours: { etag: expect.stringMatching(/^"/) },
    },
    {
      why: "without validators a download that was cut is never resumed",
      call: calling(WITHOUT),
      question: { target: "/hello.txt", compared: ["etag", "last-modified"] },
      theirs: { etag: undefined, "last-modified": undefined },
      ours: { etag: expect.stringMatching(/^"/), "last-modified": "Sun, 10 Mar 2024 10:00:00 GMT" },
    },
    {
      why: "a date isn't the exact one that If-Range asks for: the file may have changed",
      call: calling(),
      question: {
        target: "/hello.txt",
        fields: { Range: "bytes=0-4", "If-Range": "Sun, 10 Mar 2030 10:00:00 GMT" },
      },
      theirs: { status: 206 },
      ours: { status: 200 },
    },
    {
      why: "several ranges are answered by several parts",
      call: calling(),
      question: {
        target: "/app.js",
        fields: { Range: "bytes=0-0, 200-201" },
        compared: ["content-type"],
      },
      theirs: { status: 200 },
      ours: { status: 206, "content-type": expect.stringMatching(/^multipart\/byteranges;/) },
    },
    {
      why: "what is no range is ignored",
      call: calling(),
      question: { target: "/hello.txt", fields: { Range: "bytes=5-2" } },
      theirs: { text: "next: 416" },
      ours: { status: 200 },
    },
    {
      why: "ranges are for GET",
      call: calling(),
      question: { target: "/hello.txt", method: "HEAD", fields: { Range: "bytes=0-4" } },
      theirs: { status: 206 },
      ours: { status: 200 },
    },
    {
      why: "what is outside the root isn't served",
      call: calling(),
      question: { target: "/link.txt" },
      theirs: { status: 200, text: "outside\n" },
      ours: { text: "next: undefined" },
    },
    {
      why: "text is sent as what it is, never to be guessed",
      call: calling(),
      question: { target: "/hello.txt", compared: ["x-content-type-options"] },
      theirs: { "x-content-type-options": undefined },
      ours: { "x-content-type-options": "nosniff" },
    },
    {
      why: "RFC 8615 puts there what is meant to be asked for",
      call: calling(),
      question: { target: "/.well-known/site" },
      theirs: { text: "next: undefined" },
      ours: { text: "site\n" },
    },
    {
      why: "a 403 would tell that there are such names",
      call: calling({ dotfiles: "deny", fallthrough: false }),
      question: { target: "/.env" },
      theirs: { text: "next: 403" },
      ours: { text: "next: 404" },
    },
    {
      why: "what names no file is no file, whatever is wrong with it",
      call: calling({ fallthrough: false }),
      question: { target: "/%2e%2e/hello.txt" },
      theirs: { text: "next: 403" },
      ours: { text: "next: 404" },
    },
    {
      why: "OPTIONS is a question about the file, and is answered",
      call: calling(),
      question: { target: "/hello.txt", method: "OPTIONS", compared: ["allow"] },
      theirs: { text: "next: undefined" },
      ours: { status: 204, allow: "GET, HEAD, OPTIONS" },
    },
    {
      why: "a 416 says how long the file is, and is no error of the application's",
      call: calling(),
      question: { target: "/hello.txt", fields: { Range: "bytes=99-" }, compared: ["content-range"] },
      theirs: { text: "next: 416" },
      ours: { status: 416, "content-range": "bytes */15" },
    },
    {
      why: "a 412 is no error of the application's",
      call: calling(),
      question: {
        target: "/hello.txt",
        fields: { "If-Unmodified-Since": "Sun, 10 Mar 2019 10:00:00 GMT" },
      },
      theirs: { text: "next: 412" },
      ours: { status: 412 },
    },
    {
      why: "a dot in a name may be a version's",
      call: calling({ extensions: ["html"] }),
      question: { target: "/v1.2" },
      theirs: { text: "next: undefined" },
      ours: { text: "<h1>1.2</h1>\n" },
    },
    {
      why: "the type follows from the file, and setHeaders can tell another",
      call: (make, root) => {
        const handler = calling()(make, root);
        return (request, response, next) => {
          response.setHeader("Content-Type", "text/x-before");
          return handler(request, response, next);
        };
      },
      question: { target: "/hello.txt", compared: ["content-type"] },
      theirs: { "content-type": "text/x-before" },
      ours: { "content-type": "text/plain; charset=utf-8" },
    },
    {
      why: "the validators follow from what is sent",
      call: calling({
        setHeaders: (response) => response.setHeader("ETag", '"mine"'),
      }),
      question: { target: "/hello.txt", compared: ["etag"] },
      theirs: { etag: '"mine"' },
      ours: { etag: expect.stringMatching(/-f"$/) },
    },
    {
      why: "two slashes aren't one to a guard in front",
      call: calling(),
      question: { target: "/folder//index.html" },
      theirs: { text: "<h1>Folder</h1>\n" },
      ours: { text: "next: undefined" },
    },
  ]);
});

test("setHeaders is called for each file that is sent, with its stats, and for nothing else", async () => {
  // What was written just now would not be kept in memory.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
  onTestFinished(() => void vi.useRealTimers());
  const called: unknown[] = [];
  const handler = serveStatic(folder(), {
    setHeaders: (_, path, stats) => called.push([path, stats.mtimeMs]),
  });
  const server = await listen((request, response) => handler(request, response, () => response.end()));
  for (const target of ["/missing", "/folder", "/hello.txt", "/hello.txt", "/hello.txt"])
    await request(server.port, target);
  await server.close();
  const file = join(folder(), "hello.txt");
  const told = [file, statSync(file).mtimeMs];
  expect(called).toEqual([told, told, told]);
});

test("a setHeaders that throws goes to the error handler, and the server lives on", async () => {
  const handler = serveStatic(folder(), {
    setHeaders() {
      throw new Error("the application's own");
    },
  });
  const told = vi.fn<(error: unknown) => void>();
  const server = await listen((request, response) =>
    handler(request, response, (error) => {
      told(error);
      response.end();
    }),
  );
  await request(server.port, "/hello.txt", { method: "HEAD" });
  await server.close();
  expect(told).toHaveBeenCalledWith(
    expect.objectContaining({ status: 500, cause: new Error("the application's own") }),
  );
});

test("requests at the same time each have their own response in setHeaders", async () => {
  const handler = serveStatic(folder(), {
    setHeaders: (response: express.Response) => response.set("X-Asked", response.req.originalUrl),
  });
  const server = await listen(express().use(handler));
  const targets = ["/hello.txt?1", "/about.html?2", "/app.js?3", "/hello.txt?4"];
  const answers = await Promise.all(targets.map((target) => request(server.port, target)));
  await server.close();
  expect(answers.map(({ field }) => field("x-asked"))).toEqual(targets);
});

test("every option of theirs has an answer", () => {
  expectTypeOf<keyof ServeStaticOptions>().toEqualTypeOf<keyof peer.ServeStaticOptions>();
});

describe("an option that means nothing is told", () => {
  test.each([
    [{ maxage: 1 }, /no option "maxage"/],
    [{ maxAge: "soon" }, /"maxAge" is milliseconds.*not "soon"/],
    [{ maxAge: -1 }, /"maxAge" is milliseconds.*not -1/],
    [{ maxAge: Number.NaN }, /"maxAge" is milliseconds.*not NaN/],
    [{ acceptRanges: false }, /"acceptRanges" is true: leave it out/],
    [{ dotfiles: "hide" }, /"dotfiles" is "allow" or "deny" or "ignore"/],
    [{ etag: "weak" }, /"etag" is true or false/],
    [{ index: true }, /"index" names files/],
    [{ setHeaders: {} }, /"setHeaders" is a function/],
    [null, /The options are an object/],
  ])("%o", (options, message) => {
    expect(() => Reflect.apply(serveStatic, undefined, [folder(), options])).toThrow(
      expect.objectContaining({ name: "TypeError", message: expect.stringMatching(message) }),
    );
  });

  test("a folder that isn't there", () => {
    expect(() => serveStatic(join(folder(), "none"))).toThrow(TypeError);
  });
});
