import { describe, expect, it } from "vitest";
import { memory } from "../sources/memory.ts";
import type { Variant } from "../decision/representation.ts";
import { type Source, SourceError } from "../sources/source.ts";
import type { StetOptions } from "./options.ts";
import { stet } from "./stet.ts";

const SITE = memory({
  "index.html": "<p>home</p>",
  "about.html": "<p>about</p>",
  "app.js": "script",
  "app.js.gz": "gz",
  "docs/index.html": "<p>docs</p>",
  "plain/readme.txt": "text",
  ".env": "SECRET=1",
  ".well-known/security.txt": "Contact: …",
});

async function ask(
  options: StetOptions,
  target: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string; headers: Headers }> {
  const response = await stet(SITE, options).fetch(new Request(`http://localhost${target}`, { headers }));
  return { status: response.status, body: await response.text(), headers: response.headers };
}

describe("the options of a policy", () => {
  it("index: shows it at its directory, or nothing", async () => {
    expect(await ask({}, "/")).toMatchObject({ status: 200, body: "<p>home</p>" });
    expect((await ask({ index: false }, "/")).status).toBe(404);
    expect(await ask({ index: ["readme.txt", "index.html"] }, "/plain/")).toMatchObject({ body: "text" });
  });

  it("extensions: tries them where the name isn't there", async () => {
    expect((await ask({}, "/about")).status).toBe(404);
    expect(await ask({ extensions: ["html"] }, "/about")).toMatchObject({
      status: 200,
      body: "<p>about</p>",
    });
    expect((await ask({ extensions: [".html"] }, "/about")).headers.get("Content-Type")).toMatch(
      /^text\/html/,
    );
  });

  it("dotfiles: hidden but for .well-known", async () => {
    expect((await ask({}, "/.env")).status).toBe(404);
    expect((await ask({}, "/.well-known/security.txt")).status).toBe(200);
    expect(await ask({ dotfiles: "serve" }, "/.env")).toMatchObject({ status: 200, body: "SECRET=1" });
  });

  it("spa: shows the page for a page, never for a file", async () => {
    const html = { Accept: "text/html,*/*;q=0.8" };
    expect(await ask({ spa: true }, "/users/42", html)).toMatchObject({ status: 200, body: "<p>home</p>" });
    expect((await ask({ spa: true }, "/users/42", html)).headers.get("Vary")).toBe(
      "Accept, Sec-Fetch-Dest, Sec-Fetch-Mode",
    );
    expect((await ask({ spa: true }, "/app-old.js", html)).status).toBe(404);
    expect((await ask({ spa: true }, "/api/users", { Accept: "application/json" })).status).toBe(404);
    expect((await ask({ spa: "about.html" }, "/x", html)).body).toBe("<p>about</p>");
  });

  it("redirect: to the slash, or 404", async () => {
    const redirected = await ask({}, "/docs?a=b%20c");
    expect(redirected).toMatchObject({ status: 301, body: "" });
    expect(redirected.headers.get("Location")).toBe("docs/?a=b%20c");
    expect(redirected.headers.get("Cache-Control")).toBe("no-cache");
    expect((await ask({ redirect: false }, "/docs")).status).toBe(404);
  });

  it("prefix: taken off on a segment boundary, and put back into a redirect", async () => {
    expect((await ask({ prefix: "/static" }, "/static/app.js")).status).toBe(200);
    expect((await ask({ prefix: "/static" }, "/static-secret/app.js")).status).toBe(404);
    expect((await ask({ prefix: "/static" }, "/app.js")).status).toBe(404);
    expect((await ask({ prefix: "/static" }, "/static/docs")).headers.get("Location")).toBe("docs/");
    expect((await ask({ prefix: "/static/" }, "/static")).headers.get("Location")).toBe("static/");
  });

  it("headers: on every answer, errors too; its Vary joined with ours", async () => {
    const options: StetOptions = { headers: { "Access-Control-Allow-Origin": "*", Vary: "Origin" } };
    for (const target of ["/app.js", "/missing", "/docs"]) {
      expect((await ask(options, target)).headers.get("Access-Control-Allow-Origin")).toBe("*");
    }
    expect((await ask(options, "/app.js")).headers.get("Vary")).toBe("Origin, Accept-Encoding");
  });

  it("type: by path", async () => {
    const type = (path: string): string | undefined => (path.endsWith(".txt") ? "text/markdown" : undefined);
    expect((await ask({ type }, "/plain/readme.txt")).headers.get("Content-Type")).toBe("text/markdown");
  });

  it("list: shows what can be reached, and hides what can't", async () => {
    expect((await ask({}, "/plain/")).status).toBe(404);
    const { status, body, headers } = await ask({ list: true, index: false }, "/");
    expect(status).toBe(200);
    expect(headers.get("ETag")).toMatch(/^"/);
    expect(body).toContain('href="./docs/"');
    expect(body).not.toContain(".env");
  });
});

it("takes a folder as a file: URL", async () => {
  const { fetch } = stet(new URL(".", import.meta.url));
  expect((await fetch(new Request("http://localhost/stet.ts"))).status).toBe(200);
});

it.each<[unknown, RegExp]>([
  ["", /The root is a folder.*not ""/],
  [undefined, /The root is a folder.*memory.*not undefined/],
  [null, /The root is a folder.*memory.*not null/],
  [5, /The root is a folder.*memory.*not 5/],
  [{}, /The root is a folder.*memory.*not an object/],
  [["public"], /The root is a folder.*memory.*not an array/],
  [new URL("http://localhost/"), /The root is a folder.*file: URL/],
])("refuses the root %j", (root, message) => {
  expect(() => stet(root as string)).toThrow(TypeError);
  expect(() => stet(root as string)).toThrow(message);
});

it("refuses null for its options", () => {
  expect(() => stet(SITE, null as never)).toThrow(/options are an object.*not null/);
});

it("makes a 500 of a type that can't be sent, and tells of it", async () => {
  const seen: unknown[] = [];
  const onError = (error: unknown): unknown => seen.push(error);
  expect((await ask({ type: () => "text/plain; name=é", onError }, "/app.js")).status).toBe(500);
  expect(seen).toEqual([expect.any(TypeError)]);
});

it.each(["precompressed", "appendOnly", "neverOverwritten"])("says where %s belongs", (name) => {
  expect(() => stet(SITE, { [name]: false })).toThrow(TypeError);
  expect(() => stet(SITE, { [name]: false })).toThrow(`write stet(files(root, { ${name}: … }), …)`);
});

it("refuses two words about the files of a folder that contradict each other", () => {
  expect(() => stet(".", { appendOnly: true, neverOverwritten: true })).toThrow(TypeError);
  expect(() => stet(".", { appendOnly: true, neverOverwritten: false })).not.toThrow();
});

it("knows the codings that a sibling may have", () => {
  const precompressed = ["brotli"] as unknown as ["br"];
  expect(() => stet(".", { precompressed })).toThrow(/"br", "zstd", "gzip", not "brotli"/);
});

describe("errors", () => {
  it("are text, or problem details where JSON is preferred", async () => {
    const text = await ask({}, "/missing");
    expect(text.headers.get("Content-Type")).toBe("text/plain; charset=utf-8");
    expect(text.body).toBe("Not Found\n");
    const json = await ask({}, "/missing", { Accept: "application/json" });
    expect(json.headers.get("Content-Type")).toBe("application/problem+json");
    expect(JSON.parse(json.body)).toEqual({ type: "about:blank", title: "Not Found", status: 404 });
  });

  it("of a sibling that can't be read leave the file itself", async () => {
    const source: Source = {
      async find(path) {
        const found = await SITE.find(path);
        if (found?.kind !== "file") return found;
        const open = (variant: Variant): ReturnType<typeof found.open> =>
          variant.contentCoding === "gzip"
            ? Promise.reject(new SourceError("forbidden"))
            : found.open(variant);
        return { ...found, open };
      },
    };
    const request = new Request("http://localhost/app.js", { headers: { "Accept-Encoding": "gzip" } });
    const response = await stet(source).fetch(request);
    expect([response.status, await response.text()]).toEqual([200, "script"]);
  });

  it("of the source become a status, and tell the client nothing of their cause", async () => {
    const cause = new Error("EIO: /srv/secret");
    const seen: unknown[] = [];
    const failing = (error: unknown): ReturnType<typeof stet> =>
      stet({ find: () => Promise.reject(error) }, { onError: (told) => seen.push(told) });
    const expected = new Map([
      ["forbidden", 403],
      ["busy", 503],
      ["failed", 500],
    ] as const);
    for (const [code, status] of expected) {
      const response = await failing(new SourceError(code, cause)).fetch(new Request("http://localhost/a"));
      expect(response.status).toBe(status);
      expect(await response.text()).not.toContain("EIO");
    }
    expect((await failing(cause).fetch(new Request("http://localhost/a"))).status).toBe(500);
    expect(seen).toHaveLength(4);
  });
});

describe("send", () => {
  const files = stet(SITE);
  const send = (path: string, headers = {}): Promise<Response> =>
    files.send(new Request("http://localhost/download/1", { headers }), path, { as: "My script.js" });

  it("sends the file that the application chose", async () => {
    const response = await send("app.js");
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Disposition")).toBe('attachment; filename="My script.js"');
    expect(await response.text()).toBe("script");
  });

  it("judges the request as ever", async () => {
    const etag = (await send("app.js")).headers.get("ETag") ?? "";
    expect((await send("app.js", { "If-None-Match": etag })).status).toBe(304);
    expect((await send("app.js", { Range: "bytes=0-1" })).status).toBe(206);
  });

  it.each<[object, RegExp]>([
    [{ asName: "a" }, /no option "asName"/],
    [{ disposition: "bogus" }, /"inline" or "attachment"/],
    [{ as: 1 }, /"as" is a name/],
    [{ cacheControl: "a\nb" }, /one line/],
    [{ type: "a\nb" }, /one line/],
    [{ type: "text/plain; name=é" }, /ASCII/],
    [{ type: "" }, /media type/],
    [{ cacheControl: "" }, /"cacheControl" is a field/],
    [{ cacheControl: 60 }, /"cacheControl" is a field/],
  ])("says what is wrong with %j", async (options, message) => {
    const request = new Request("http://localhost/");
    await expect(files.send(request, "app.js", options)).rejects.toThrow(message);
  });

  const request = new Request("http://localhost/");
  const nodeRequest = { headers: {}, url: "/", method: "GET" };
  const nodeResponse = { setHeader: (): void => undefined };

  it.each<[string, unknown[]]>([
    ["(request)", [request]],
    ["(request, undefined)", [request, undefined]],
    ["(request, null)", [request, null]],
    ["(request, 5)", [request, 5]],
    ["(request, {})", [request, {}]],
    ["(request, response)", [nodeRequest, nodeResponse]],
    ["(request, response, undefined)", [nodeRequest, nodeResponse, undefined]],
    ["(request, response, null)", [nodeRequest, nodeResponse, null]],
  ])("refuses %s: what is no content", async (_, call) => {
    const sent = (files.send as (...call: unknown[]) => Promise<unknown>)(...call);
    await expect(sent).rejects.toThrow(TypeError);
    await expect(sent).rejects.toThrow(/send\(request, file\) or send\(request, response, file\)/);
  });

  it("refuses null for its options", async () => {
    await expect(files.send(request, "app.js", null as never)).rejects.toThrow(/options are an object/);
  });

  it.each(["missing.js", "/missing.js", "docs", "docs/", ".env"])("answers 404 for %j", async (path) => {
    expect((await send(path)).status).toBe(404);
  });

  it.each(["../app.js", "", "//app.js", "a\u0000b", "\ud800"])(
    "refuses %j: no file can be there",
    async (path) => {
      const errors: unknown[] = [];
      const own = stet(SITE, { onError: (error) => errors.push(error) });
      expect((await own.send(request, path)).status).toBe(500);
      expect(errors).toEqual([expect.any(TypeError)]);
      expect(String(errors)).toMatch(/The path .*: write a path below the root, such as "reports/);
      await expect(own.send(request, path, {}, () => "next")).rejects.toBeInstanceOf(TypeError);
    },
  );
});
