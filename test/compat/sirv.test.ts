import { unlink } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import peer, { type Options } from "sirv";
import { afterAll, describe, expect, expectTypeOf, test, vi } from "vitest";
import { sirv, type SirvOptions } from "../../src/compat.ts";
import { Folder } from "../support/folder.ts";
import { listen } from "../support/listen.ts";
import { request } from "../support/raw-connection.ts";
import { alike, type Call, different, servedFolder } from "./side-by-side.ts";

const folder = servedFolder();

const calling =
  (options?: SirvOptions): Call =>
  (make, root) =>
    make === "ours" ? sirv(root, options) : peer(root, options as Options);

/** Without a `next`. */
const alone =
  (options?: SirvOptions): Call =>
  (make, root) => {
    const handler = calling(options)(make, root);
    return (request, response) => handler(request, response);
  };

const TYPE = ["content-length", "cache-control", "last-modified"];
const HTML = { Accept: "text/html" };

describe("as sirv has it", () => {
  alike("without options", folder, calling(), [
    { target: "/hello.txt", compared: TYPE },
    { target: "/hello.txt", method: "HEAD", compared: TYPE },
    { target: "/hello.txt?query", compared: TYPE },
    { target: "/" },
    { target: "/folder/" },
    { target: "/missing" },
    { target: "/../hello.txt" },
    { target: "/%zz" },
    { target: "/app.js", fields: { "Accept-Encoding": "br, gzip" }, compared: ["content-encoding", "vary"] },
    { target: "/hello.txt", fields: { Range: "bytes=1-4" }, compared: ["content-range", "content-length"] },
    { target: "/hello.txt", fields: { Range: "bytes=99-" }, compared: ["content-range"] },
  ]);

  alike("extensions", folder, calling(), [{ target: "/about" }, { target: "/folder/home" }]);
  alike("another extension", folder, calling({ extensions: ["htm"] }), [
    { target: "/about" },
    { target: "/" },
    { target: "/folder/home" },
  ]);
  alike("no extensions", folder, calling({ extensions: [] }), [{ target: "/about" }, { target: "/" }]);

  alike("dotfiles: false", folder, calling({ dotfiles: false }), [
    { target: "/.env" },
    { target: "/.well-known/site" },
  ]);
  alike("dotfiles: true", folder, calling({ dotfiles: true }), [
    { target: "/.env" },
    { target: "/.well-known/site" },
  ]);

  for (const options of [
    { maxAge: 0 },
    { maxAge: 31_536_000 },
    { maxAge: 60, immutable: true },
    { immutable: true },
    { dev: true },
    { dev: true, etag: true },
    { dev: true, etag: true, maxAge: 60, immutable: true },
  ]) {
    alike(JSON.stringify(options), folder, calling(options), [
      { target: "/hello.txt", compared: ["cache-control"] },
      { target: "/about", compared: ["cache-control"] },
    ]);
  }

  for (const options of [{ gzip: true }, { brotli: true }, { gzip: true, brotli: true }]) {
    alike(
      JSON.stringify(options),
      folder,
      calling(options),
      ["br", "gzip", "gzip, deflate, br"].map((coding) => ({
        target: "/app.js",
        fields: { "Accept-Encoding": coding },
        compared: ["content-encoding", "vary", "content-length"],
      })),
    );
  }

  const PAGES = [
    "/deep/down",
    "/hello.txt",
    "/missing.js",
    "/users/jane.doe",
    "/items/1.1",
    "/packages/x@4.17.21",
    "/.well-known/none",
    "/about",
    "/api/users",
  ].map((target) => ({ target, fields: HTML }));
  alike("single", folder, calling({ single: true }), PAGES);
  alike("single: a page", folder, calling({ single: "shell.html" }), PAGES);
  alike("single: its name", folder, calling({ single: "shell" }), PAGES);
  alike("single, dev", folder, calling({ single: true, dev: true }), PAGES);
  alike("single, dotfiles", folder, calling({ single: true, dotfiles: true }), [
    ...PAGES,
    { target: "/.hidden/page", fields: HTML },
  ]);
  alike("ignores: a text", folder, calling({ single: true, ignores: "^/API" }), PAGES);
  alike("ignores: several", folder, calling({ single: true, ignores: [/^\/deep/, "users$"] }), PAGES);
  alike("ignores, no single", folder, calling({ ignores: false }), PAGES);

  alike("alone", folder, alone(), [{ target: "/missing" }, { target: "/hello.txt" }]);
  alike(
    "onNoMatch",
    folder,
    alone({
      onNoMatch(request, response: ServerResponse) {
        response.statusCode = 203;
        response.setHeader("Content-Length", 4);
        response.end(request.method === "GET" ? "none" : "");
      },
    }),
    [{ target: "/missing" }, { target: "/missing", method: "HEAD" }, { target: "/hello.txt" }],
  );
  alike("onNoMatch, and a next", folder, calling({ onNoMatch: () => expect.fail("next was to be called") }), [
    { target: "/missing" },
  ]);

  alike(
    "setHeaders",
    folder,
    calling({
      maxAge: 60,
      single: true,
      setHeaders(response, pathname, stats) {
        response.setHeader("Content-Type", "text/x-mine");
        response.setHeader("X-Path", pathname);
        response.setHeader("X-Size", stats.size);
        if (pathname.endsWith(".txt")) response.setHeader("Cache-Control", "no-store");
      },
    }),
    ["/hello.txt?query", "/about", "/folder/", "/some/%70age", "/missing.js"].map((target) => ({
      target,
      fields: HTML,
      compared: ["x-path", "x-size", "content-type", "cache-control"],
    })),
  );
});

describe("otherwise than sirv has it", () => {
  different(folder, [
    {
      why: "each answer has its entity tag, and a strong one",
      call: calling({ etag: true }),
      question: { target: "/hello.txt", compared: ["etag"] },
      theirs: { etag: expect.stringMatching(/^W\/"/) },
      ours: { etag: expect.stringMatching(/^"/) },
    },
    {
      why: "without a validator a download that was cut is never resumed",
      call: calling(),
      question: { target: "/hello.txt", compared: ["etag"] },
      theirs: { etag: undefined },
      ours: { etag: expect.stringMatching(/^"/) },
    },
    {
      why: "whoever resumes an old version isn't sent a part of the new one",
      call: calling(),
      question: { target: "/hello.txt", fields: { Range: "bytes=5-9", "If-Range": '"another"' } },
      theirs: { status: 206 },
      ours: { status: 200 },
    },
    {
      why: "the last bytes are the last bytes",
      call: calling(),
      question: { target: "/hello.txt", fields: { Range: "bytes=-4" } },
      theirs: { status: 206, text: "Hello" },
      ours: { status: 206, text: "er.\n" },
    },
    {
      why: "several ranges are answered by several parts",
      call: calling(),
      question: {
        target: "/app.js",
        fields: { Range: "bytes=0-4, 200-201" },
        compared: ["content-range"],
      },
      theirs: { status: 206, "content-range": "bytes 0-4/320" },
      ours: { status: 206, "content-range": undefined },
    },
    {
      why: "ranges are for GET",
      call: calling(),
      question: { target: "/hello.txt", method: "HEAD", fields: { Range: "bytes=0-4" } },
      theirs: { status: 206 },
      ours: { status: 200 },
    },
    {
      why: "OPTIONS is a question about the file",
      call: calling(),
      question: { target: "/hello.txt", method: "OPTIONS", compared: ["allow"] },
      theirs: { status: 200 },
      ours: { status: 204, allow: "GET, HEAD, OPTIONS" },
    },
    {
      why: "what is outside the root isn't served",
      call: calling(),
      question: { target: "/link.txt" },
      theirs: { status: 200, text: "outside\n" },
      ours: { text: "next: undefined" },
    },
    {
      why: "a page's own links are relative to its folder",
      call: calling(),
      question: { target: "/folder", compared: ["location"] },
      theirs: { text: "<h1>Folder</h1>\n" },
      ours: { status: 301, location: "folder/" },
    },
    {
      why: "a file is no folder",
      call: calling(),
      question: { target: "/about/" },
      theirs: { text: "<h1>About</h1>\n" },
      ours: { text: "next: undefined" },
    },
    {
      why: "a coding of quality 0 is refused",
      call: calling({ gzip: true }),
      question: {
        target: "/app.js",
        fields: { "Accept-Encoding": "gzip;q=0" },
        compared: ["content-encoding"],
      },
      theirs: { "content-encoding": "gzip" },
      ours: { "content-encoding": undefined },
    },
    {
      why: "only what has a sibling depends on Accept-Encoding",
      call: calling({ gzip: true }),
      question: { target: "/hello.txt", compared: ["vary"] },
      theirs: { vary: "Accept-Encoding" },
      ours: { vary: undefined },
    },
    {
      why: "who asks for data takes a page for an answer that it isn't",
      call: calling({ single: true }),
      question: { target: "/api/users", fields: { Accept: "application/json" } },
      theirs: { text: "<h1>Home</h1>\n" },
      ours: { text: "next: undefined" },
    },
    {
      why: "nobody posts to a file",
      call: calling(),
      question: { target: "/hello.txt", method: "POST" },
      theirs: { text: "Hello, reader.\n" },
      ours: { text: "next: undefined" },
    },
    {
      why: "the type says how text is written",
      call: calling(),
      question: { target: "/hello.txt", compared: ["content-type", "x-content-type-options"] },
      theirs: { "content-type": "text/plain", "x-content-type-options": undefined },
      ours: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
    },
    {
      why: "a copy that still stands isn't sent again",
      call: calling(),
      question: { target: "/hello.txt", fields: { "If-Modified-Since": "Sun, 10 Mar 2024 10:00:00 GMT" } },
      theirs: { status: 200 },
      ours: { status: 304 },
    },
  ]);
});

test("a file that is added, changed or taken away after the start is seen", async () => {
  const changing = await Folder.make();
  await changing.writeOld("taken.txt", "taken");
  await changing.writeOld("changed.txt", "old");
  const server = await listen(sirv(changing.path));
  try {
    await changing.writeOld("added.txt", "added");
    await changing.replace("changed.txt", "as it is now");
    await unlink(changing.to("taken.txt"));
    const answers = await Promise.all(
      ["/added.txt", "/changed.txt", "/taken.txt"].map((target) => request(server.port, target)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404]);
    expect(answers.map(({ text }) => text).slice(0, 2)).toEqual(["added", "as it is now"]);
  } finally {
    await server.close();
    await changing.remove();
  }
});

describe("onNoMatch isn't asked about a failure", () => {
  const errors = vi.spyOn(console, "error").mockImplementation(() => undefined);
  afterAll(() => errors.mockRestore());

  test("stet answers it", async () => {
    const setHeaders = (): never => {
      throw new Error("the application's own");
    };
    const server = await listen(
      sirv(folder(), { setHeaders, onNoMatch: () => expect.fail("there is a file") }),
    );
    try {
      expect((await request(server.port, "/hello.txt")).status).toBe(500);
      expect(errors).toHaveBeenCalledWith(new Error("the application's own"));
    } finally {
      await server.close();
    }
  });

  test.each([
    ["an answer that is ended stands", true, "first"],
    ["one that isn't is broken off", false, "fi"],
  ])("%s", async (_, isEnded, text) => {
    const site = sirv(folder(), { onNoMatch: () => expect.fail("there is a file") });
    const server = await listen((asked, response) => {
      response.writeHead(200, { "Content-Length": 5 });
      if (isEnded) response.end("first");
      // What is begun has left before it is broken off.
      else response.write("fi", () => void site(asked, response));
      if (isEnded) void site(asked, response);
    });
    try {
      expect(await request(server.port, "/hello.txt")).toMatchObject({ text, complete: isEnded });
    } finally {
      await server.close();
    }
  });
});

test("every option of theirs has an answer", () => {
  expectTypeOf<keyof SirvOptions>().toEqualTypeOf<keyof Options>();
});

describe("an option that means nothing is told", () => {
  test.each([
    [{ maxage: 1 }, /no option "maxage"/],
    [{ maxAge: "1d" }, /"maxAge" is a number from 0 on, not "1d"/],
    [{ dotfiles: "allow" }, /"dotfiles" is true or false/],
    [{ single: true, ignores: false }, /"ignores" is one pattern or several, not false/],
    [{ single: "/app.html" }, /"single" names files/],
    [{ extensions: "html" }, /"extensions" is an array/],
    [{ onNoMatch: true }, /"onNoMatch" is a function/],
    [{ setHeaders: {} }, /"setHeaders" is a function/],
  ])("%o", (options, message) => {
    expect(() => Reflect.apply(sirv, undefined, [folder(), options])).toThrow(
      expect.objectContaining({ name: "TypeError", message: expect.stringMatching(message) }),
    );
  });
});
