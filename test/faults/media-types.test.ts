/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect } from "vitest";
import { nginx } from "../../src/deliveries.ts";
import { memory, type Source, stet, type StetOptions } from "../../src/index.ts";
import { memory as memoryForWeb, stet as stetForWeb } from "../../src/web.ts";
import { tar, zip } from "../../src/zip.ts";
import { request } from "../support/raw-connection.ts";
import { test } from "../support/served-test.ts";

const run = promisify(execFile);

const TYPES: Readonly<Record<string, string>> = {
  "favicon.ico": "image/vnd.microsoft.icon",
  "live.m3u8": "application/vnd.apple.mpegurl",
  "song.flac": "audio/x-flac",
  "film.mkv": "video/x-matroska",
  "film.m4v": "video/x-m4v",
  "film.avi": "video/x-msvideo",
  "app.apk": "application/vnd.android.package-archive",
  "chair.usdz": "model/vnd.usdz+zip",
  "letter.docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  "sheet.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  "slides.pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  "letter.odt": "application/vnd.oasis.opendocument.text",
  "places.kml": "application/vnd.google-earth.kml+xml",
  "vpn.mobileconfig": "application/x-apple-aspen-config",
  "stet.deb": "application/vnd.debian.binary-package",
  "archive.7z": "application/x-7z-compressed",
  "archive.tgz": "application/gzip",
  "archive.zst": "application/zstd",
  "app.js": "text/javascript; charset=utf-8",
  "app.mjs": "text/javascript; charset=utf-8",
  "app.wasm": "application/wasm",
  "app.webmanifest": "application/manifest+json",
  "photo.avif": "image/avif",
  "photo.jxl": "image/jxl",
  "PHOTO.JPG": "image/jpeg",
  "segment.ts": "video/mp2t",
  "page.html": "text/html; charset=utf-8",
  README: "text/plain; charset=utf-8",
  LICENSE: "text/plain; charset=utf-8",
  "LICENSE-MIT": "text/plain; charset=utf-8",
  Makefile: "text/plain; charset=utf-8",
  "docker/Dockerfile": "text/plain; charset=utf-8",
  CHANGELOG: "text/plain; charset=utf-8",
  "apple-app-site-association": "application/json",
  ".well-known/apple-app-site-association": "application/json",
  ".well-known/matrix/server": "application/json",
  ".well-known/openid-configuration": "application/json",
  "openid-configuration": "application/octet-stream",
  "data.unknown": "application/octet-stream",
  js: "application/octet-stream",
  "name.": "application/octet-stream",
};

/** For each, a folder, an archive or memory that holds these files. */
const SOURCES: Readonly<
  Record<string, (folder: string, files: Readonly<Record<string, Uint8Array>>) => Promise<string | Source>>
> = {
  "a folder": (folder) => Promise.resolve(folder),
  memory: (_, files) => Promise.resolve(memory(files)),
  "a .tar": async (folder) => {
    await run("tar", ["-cf", "../site.tar", "."], { cwd: folder });
    return tar(`${folder}/../site.tar`);
  },
  "a .zip": async (folder) => {
    await run("zip", ["-qr", "../site.zip", "."], { cwd: folder });
    return zip(`${folder}/../site.zip`);
  },
};

describe("the media type of a file, by its name", () => {
  test.for(Object.entries(SOURCES))("from %s", async ([, make], { folder, serveApp }) => {
    for (const name of Object.keys(TYPES)) await folder.writeOld(`site/${name}`, name);
    const contents = Object.keys(TYPES).map((name) => [name, new TextEncoder().encode(name)] as const);
    const { node } = stet(await make(folder.to("site"), Object.fromEntries(contents)));
    const port = await serveApp((incoming, response) => void node(incoming, response));
    const told: Record<string, unknown> = {};
    for (const name of Object.keys(TYPES)) {
      const { status, field } = await request(port, `/${name}`);
      expect([name, status]).toEqual([name, 200]);
      told[name] = field("content-type");
    }
    expect(told).toEqual(TYPES);
  });
});

describe("the option types", () => {
  const files = memory({
    "a.foo": "a",
    "a.FOO": "a",
    "a.d.ts": "a",
    "a.ts": "a",
    "a.bar": { content: "a", type: "text/x-own" },
  });
  const typesOf = async (options: StetOptions, names: readonly string[]): Promise<unknown> => {
    const { fetch } = stet(files, options);
    const answers = await Promise.all(names.map((name) => fetch(new Request(`http://localhost/${name}`))));
    return answers.map(({ headers }) => headers.get("content-type"));
  };

  test("names the type of an extension, of which the longest counts", async () => {
    const types = {
      ".foo": "text/x-foo",
      ".ts": "text/plain",
      ".D.TS": "text/x-declarations; charset=iso-8859-1",
    };
    expect(await typesOf({ types }, ["a.foo", "a.FOO", "a.ts", "a.d.ts"])).toEqual([
      "text/x-foo; charset=utf-8",
      "text/x-foo; charset=utf-8",
      "text/plain; charset=utf-8",
      "text/x-declarations; charset=iso-8859-1",
    ]);
  });

  test("leaves what is said of a file itself", async () => {
    const options = { types: { ".bar": "text/x-bar", ".foo": "text/x-foo" } };
    expect(await typesOf(options, ["a.bar"])).toEqual(["text/x-own"]);
    const type = (): string => "image/png";
    expect(await typesOf({ ...options, type }, ["a.foo"])).toEqual(["image/png"]);
  });

  test("is for what send is given, too, by the name that it is sent as", async () => {
    const options: StetOptions = { types: { ".foo": "text/x-foo" }, charset: "iso-8859-1" };
    const bytes = new TextEncoder().encode("a");
    const ask = new Request("http://localhost/");
    for (const { send } of [stet(files, options), stetForWeb(files, options)]) {
      const sent = await send(ask, bytes, { as: "report.foo" });
      expect(sent.headers.get("content-type")).toBe("text/x-foo; charset=iso-8859-1");
      const told = await send(ask, new Blob([bytes], { type: "text/x-own" }), { as: "report.foo" });
      expect(told.headers.get("content-type")).toBe("text/x-own");
      expect((await send(ask, "a.foo", { type: "text/x-said" })).headers.get("content-type")).toBe(
        "text/x-said",
      );
    }
  });

  test("applies to a folder, over a socket", async ({ folder, serve }) => {
    await folder.writeOld("a.foo", "a");
    const { get } = await serve({ types: { ".foo": "application/x-foo" } });
    for (const target of ["/a.foo", "/a.foo"]) {
      expect((await get(target)).field("content-type")).toBe("application/x-foo");
    }
  });

  test.for<[unknown, RegExp]>([
    [{ foo: "text/x-foo" }, /names extensions with their dot, such as "\.foo", not "foo"/],
    [{ ".": "text/x-foo" }, /with their dot/],
    [{ ".a/b": "text/x-foo" }, /with their dot/],
    [{ ".foo": "foo" }, /gives media types such as "text\/x-foo", not "foo"/],
    [{ ".foo": "text/x-foo\r\nX: 1" }, /gives media types/],
    [{ ".foo": 1 }, /gives media types.*not 1/],
    [[["foo"]], /"types" is an object such as/],
    [null, /"types" is an object such as.*not null/],
  ])("refuses %j", ([types, message]) => {
    expect(() => stet(files, { types } as StetOptions)).toThrow(TypeError);
    expect(() => stet(files, { types } as StetOptions)).toThrow(message);
  });
});

describe("the option charset", () => {
  const files = memory({
    "page.html": "<meta charset=iso-8859-1>",
    "app.js": "a",
    "own.html": { content: "a", type: "text/html; charset=utf-8" },
    "data.json": "{}",
  });
  const typesOf = async (options: StetOptions): Promise<unknown> => {
    const { fetch } = stet(files, options);
    const names = ["page.html", "app.js", "own.html", "data.json"];
    const answers = await Promise.all(names.map((name) => fetch(new Request(`http://localhost/${name}`))));
    return answers.map(({ headers }) => headers.get("content-type"));
  };

  test("is utf-8 by default, another one, or none", async () => {
    const own = "text/html; charset=utf-8";
    expect(await typesOf({})).toEqual([own, "text/javascript; charset=utf-8", own, "application/json"]);
    expect(await typesOf({ charset: false })).toEqual([
      "text/html",
      "text/javascript",
      own,
      "application/json",
    ]);
    expect(await typesOf({ charset: "iso-8859-1" })).toEqual([
      "text/html; charset=iso-8859-1",
      "text/javascript; charset=iso-8859-1",
      own,
      "application/json",
    ]);
  });

  test("leaves a page that lists a directory as it is", async ({ folder, serve }) => {
    await folder.writeOld("ü.txt", "a");
    const { get } = await serve({ list: true, charset: "iso-8859-1" });
    expect((await get("/")).field("content-type")).toBe("text/html; charset=utf-8");
    expect((await get("/%C3%BC.txt")).field("content-type")).toBe("text/plain; charset=iso-8859-1");
  });

  test.for([true, "", "a b", "utf-8; a=b", 1, null])("refuses %j", (charset) => {
    expect(() => stet(files, { charset } as StetOptions)).toThrow(TypeError);
    expect(() => stet(files, { charset } as StetOptions)).toThrow(
      /"charset" is a charset such as "iso-8859-1", or false/,
    );
  });
});

describe("an .svgz", () => {
  const SVG = `<svg xmlns="http://www.w3.org/2000/svg">${"<g/>".repeat(500)}</svg>`;
  const GZIPPED = gzipSync(SVG);

  test.for(Object.entries(SOURCES))(
    "is SVG that is coded as gzip, whatever the client accepts, from %s",
    async ([, make], { folder, serveApp }) => {
      await folder.writeOld("site/logo.svgz", "");
      await writeFile(folder.to("site/logo.svgz"), GZIPPED);
      await writeFile(folder.to("site/logo.svgz.gz"), gzipSync(GZIPPED));
      const files = {
        "logo.svgz": new Uint8Array(GZIPPED),
        "logo.svgz.gz": new Uint8Array(gzipSync(GZIPPED)),
      };
      const { node } = stet(await make(folder.to("site"), files));
      const port = await serveApp((incoming, response) => void node(incoming, response));
      const tags = new Set();
      for (const accept of [undefined, "gzip", "br", "identity", "gzip;q=0", "identity;q=0"]) {
        const fields = accept === undefined ? {} : { "Accept-Encoding": accept };
        const { status, field, content } = await request(port, "/logo.svgz", { fields });
        expect([accept, status]).toEqual([accept, 200]);
        expect(field("content-type")).toBe("image/svg+xml");
        expect(field("content-encoding")).toBe("gzip");
        // Nothing was chosen by what the client accepts.
        expect(field("vary")).toBeUndefined();
        expect(gunzipSync(content).toString()).toBe(SVG);
        tags.add(field("etag"));
      }
      expect(tags.size).toBe(1);
    },
  );

  test("is fetched as SVG, also in stet/web", async () => {
    for (const { fetch } of [
      stet(memory({ "logo.svgz": new Uint8Array(GZIPPED) })),
      stetForWeb(memoryForWeb({ "logo.svgz": new Uint8Array(GZIPPED) })),
    ]) {
      const { headers } = await fetch(new Request("http://localhost/logo.svgz"));
      expect([headers.get("content-type"), headers.get("content-encoding")]).toEqual([
        "image/svg+xml",
        "gzip",
      ]);
    }
  });

  test("is sent by stet where a server in front sends the others: it would lose the coding", async ({
    folder,
    serve,
  }) => {
    await folder.writeOld("logo.svgz", "gzip");
    await folder.writeOld("logo.svg", "svg");
    const { get } = await serve({ delivery: nginx({ "/": "/_private/" }) });
    expect((await get("/logo.svg")).field("x-accel-redirect")).toBe("/_private/logo.svg");
    const { field, text } = await get("/logo.svgz");
    expect([field("x-accel-redirect"), field("content-encoding"), text]).toEqual([undefined, "gzip", "gzip"]);
  });

  test("of which is said that it is something else is no coding of that", async () => {
    const { fetch } = stet(memory({ "logo.svgz": { content: "a", type: "application/gzip" } }));
    const { headers } = await fetch(new Request("http://localhost/logo.svgz"));
    expect([headers.get("content-type"), headers.get("content-encoding")]).toEqual([
      "application/gzip",
      null,
    ]);
  });
});
