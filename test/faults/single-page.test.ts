/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import { pathToFileURL } from "node:url";
import { describe, expect, vi } from "vitest";
import { memory, stet } from "../../src/index.ts";
import { stet as web } from "../../src/web.ts";
import { tar } from "../../src/zip.ts";
import { readPage } from "../docs/pages.ts";
import { makeTar } from "../support/make-tar.ts";
import type { Fields } from "../support/raw-connection.ts";
import { test } from "../support/served-test.ts";

const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
const IMAGE = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";
const STYLE = "text/css,*/*;q=0.1";

/** Browsers send Sec-Fetch-Mode and Sec-Fetch-Dest over HTTPS and on localhost. */
function browser(mode: string, destination: string, accept?: string): Fields {
  return {
    "Sec-Fetch-Mode": mode,
    "Sec-Fetch-Dest": destination,
    ...(accept !== undefined && { Accept: accept }),
  };
}

const ROUTE = "/users/42";
const DOTTED = ["/items/1.1", "/users/jane.doe", "/packages/x@4.17.21", "/notes/a.b/"];
const VERSIONS = new Set(["/items/1.1", "/packages/x@4.17.21"]);
const ASSETS = ["/app-3f9a1c2b.js", "/main.css", "/logo.PNG", "/app.js.map", "/data.json", "/report.pdf"];

type Expected = "page" | "404";

interface Row {
  readonly client: string;
  readonly fields: Fields;
  /** A path without a dot. */
  readonly route: Expected;
  /** Names with a dot that isn't in front of the extension of an asset. */
  readonly dotted: Expected | "versions";
  readonly asset: Expected;
}

/** The table of docs/spa.md. */
const TABLE: readonly Row[] = [
  {
    client: "a navigation",
    fields: browser("navigate", "document", BROWSER),
    route: "page",
    dotted: "page",
    asset: "page",
  },
  {
    client: "a navigation of a frame",
    fields: browser("navigate", "iframe", BROWSER),
    route: "page",
    dotted: "page",
    asset: "page",
  },
  {
    client: "a navigation that a service worker passes on",
    fields: browser("navigate", "empty", BROWSER),
    route: "page",
    dotted: "page",
    asset: "page",
  },
  {
    client: "a navigation by its mode alone",
    fields: { "Sec-Fetch-Mode": "navigate" },
    route: "page",
    dotted: "page",
    asset: "page",
  },
  {
    client: "<script>",
    fields: browser("no-cors", "script", "*/*"),
    route: "404",
    dotted: "404",
    asset: "404",
  },
  { client: "import()", fields: browser("cors", "script", "*/*"), route: "404", dotted: "404", asset: "404" },
  {
    client: "<link rel=stylesheet>",
    fields: browser("no-cors", "style", STYLE),
    route: "404",
    dotted: "404",
    asset: "404",
  },
  { client: "<img>", fields: browser("no-cors", "image", IMAGE), route: "404", dotted: "404", asset: "404" },
  { client: "a font", fields: browser("cors", "font", "*/*"), route: "404", dotted: "404", asset: "404" },
  {
    client: "new Worker()",
    fields: browser("same-origin", "worker", "*/*"),
    route: "404",
    dotted: "404",
    asset: "404",
  },
  {
    client: "<video>",
    fields: browser("no-cors", "video", "*/*"),
    route: "404",
    dotted: "404",
    asset: "404",
  },
  {
    client: "<object>",
    fields: browser("navigate", "object", BROWSER),
    route: "404",
    dotted: "404",
    asset: "404",
  },
  {
    client: "<embed>",
    fields: browser("navigate", "embed", BROWSER),
    route: "404",
    dotted: "404",
    asset: "404",
  },
  { client: "<a download>", fields: browser("navigate", "empty"), route: "404", dotted: "404", asset: "404" },
  {
    client: "fetch() for data",
    fields: browser("cors", "empty", "*/*"),
    route: "404",
    dotted: "404",
    asset: "404",
  },
  {
    client: "fetch() for JSON",
    fields: browser("cors", "empty", "application/json"),
    route: "404",
    dotted: "404",
    asset: "404",
  },
  {
    client: "fetch() for HTML",
    fields: browser("cors", "empty", "text/html"),
    route: "page",
    dotted: "page",
    asset: "404",
  },
  {
    client: "<link rel=prefetch>",
    fields: browser("no-cors", "empty", BROWSER),
    route: "page",
    dotted: "page",
    asset: "404",
  },
  {
    client: "a browser over plain HTTP",
    fields: { Accept: BROWSER },
    route: "page",
    dotted: "page",
    asset: "404",
  },
  { client: "<img> over plain HTTP", fields: { Accept: IMAGE }, route: "404", dotted: "404", asset: "404" },
  { client: "a style over plain HTTP", fields: { Accept: STYLE }, route: "404", dotted: "404", asset: "404" },
  {
    client: "Googlebot",
    fields: { Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" },
    route: "page",
    dotted: "page",
    asset: "404",
  },
  { client: "curl and wget", fields: { Accept: "*/*" }, route: "page", dotted: "versions", asset: "404" },
  { client: "no Accept", fields: {}, route: "page", dotted: "versions", asset: "404" },
  {
    client: "fetch() of Node",
    fields: { Accept: "*/*", "Sec-Fetch-Mode": "cors" },
    route: "page",
    dotted: "versions",
    asset: "404",
  },
  {
    client: "axios",
    fields: { Accept: "application/json, text/plain, */*" },
    route: "404",
    dotted: "404",
    asset: "404",
  },
  {
    client: "one that likes JSON better",
    fields: { Accept: "application/json, text/html;q=0.9" },
    route: "404",
    dotted: "404",
    asset: "404",
  },
  {
    client: "one that takes no HTML",
    fields: { Accept: "text/html;q=0, */*" },
    route: "404",
    dotted: "404",
    asset: "404",
  },
];

const VARY = "Accept, Sec-Fetch-Dest, Sec-Fetch-Mode";

function expectedOf(expected: Row["dotted"], path: string): Expected {
  if (expected !== "versions") return expected;
  return VERSIONS.has(path) ? "page" : "404";
}

describe("a single-page application", () => {
  for (const { client, fields, route, dotted, asset } of TABLE) {
    test(`answers ${client}`, async ({ folder, serve }) => {
      await folder.writeOld("index.html", "the page");
      const { get } = await serve({ spa: true });
      const paths: readonly (readonly [path: string, expected: Expected])[] = [
        [ROUTE, route],
        [`${ROUTE}/`, route],
        ...DOTTED.map((path) => [path, expectedOf(dotted, path)] as const),
        ...ASSETS.map((path) => [path, asset] as const),
      ];
      for (const [path, expected] of paths) {
        const { status, text, field } = await get(path, { fields });
        const outcome = status === 200 && text === "the page" ? "page" : String(status);
        expect([path, outcome, field("vary")]).toEqual([path, expected, VARY]);
      }
    });
  }

  test("leaves what is below /.well-known/ a 404, for every client", async ({ folder, serve }) => {
    await folder.writeOld("index.html", "the page");
    await folder.writeOld(".well-known/security.txt", "Contact: …");
    const { get } = await serve({ spa: true });
    const paths = [
      "/.well-known/assetlinks.json",
      "/.well-known/change-password",
      "/.well-known/",
      "/.well-known",
    ];
    for (const { fields } of TABLE) {
      for (const path of paths) {
        const { status, field } = await get(path, { fields });
        expect([path, status === 301 ? 404 : status, field("vary")]).toEqual([path, 404, undefined]);
      }
    }
    expect((await get("/.well-known/security.txt")).status).toBe(200);
  });

  test("gives each client its own answer, whatever was asked for before", async ({ folder, serve }) => {
    await folder.writeOld("index.html", "the page");
    const { get } = await serve({ spa: true });
    for (let round = 0; round < 3; round++) {
      for (const { client, fields, dotted } of TABLE) {
        const { status } = await get("/users/jane.doe", { fields });
        expect([client, status]).toEqual([
          client,
          expectedOf(dotted, "/users/jane.doe") === "page" ? 200 : 404,
        ]);
      }
    }
  });

  test("keeps the Vary that the policy adds", async ({ folder, serve }) => {
    await folder.writeOld("index.html", "the page");
    const { get } = await serve({ spa: true, headers: { Vary: "Origin" } });
    expect((await get("/users/42")).field("vary")).toBe(`Origin, ${VARY}`);
    expect((await get("/app.js")).field("vary")).toBe(`Origin, ${VARY}`);
  });

  test("answers a HEAD and a 304 as a GET", async ({ folder, serve }) => {
    await folder.writeOld("index.html", "the page");
    const { get } = await serve({ spa: true });
    const fields = browser("navigate", "document", BROWSER);
    const head = await get("/users/jane.doe", { method: "HEAD", fields });
    expect([head.status, head.field("content-length"), head.field("vary")]).toEqual([200, "8", VARY]);
    const conditional = { ...fields, "If-None-Match": head.field("etag") ?? "" };
    const again = await get("/users/jane.doe", { fields: conditional });
    expect([again.status, again.field("vary")]).toEqual([304, VARY]);
    expect((await get("/app.js", { method: "HEAD" })).status).toBe(404);
  });

  test("answers so by fetch, too", async ({ folder }) => {
    await folder.writeOld("index.html", "the page");
    const policy = stet(folder.path, { spa: true });
    for (const { client, fields, route, asset } of TABLE) {
      for (const [path, expected] of [
        [ROUTE, route],
        ["/app.js", asset],
      ] as const) {
        // A script in a page can't set these fields, and Node's Request lets it.
        const headers = Object.entries(fields).map(([name, value]): [string, string] => [
          name,
          String(value),
        ]);
        const response = await policy.fetch(new Request(`http://localhost${path}`, { headers }));
        expect([client, path, response.status]).toEqual([client, path, expected === "page" ? 200 : 404]);
      }
    }
  });
});

describe("a single-page application without its page", () => {
  test("is an error at start", async ({ folder }) => {
    await folder.writeOld("app.html", "the page");
    expect(() => stet(folder.path, { spa: true })).toThrow(
      new TypeError(
        `The option "spa" needs the page "index.html", but there is no such file in ${JSON.stringify(folder.path)}: build the application first, or name its page, such as spa: "app.html".`,
      ),
    );
    expect(() => stet(pathToFileURL(folder.path), { spa: "shell.html" })).toThrow(/page "shell\.html"/);
    expect(() => stet(memory({ "a.txt": "" }), { spa: true })).toThrow(/page "index\.html"/);
    expect(() => web(memory({ "a.txt": "" }), { spa: true })).toThrow(/page "index\.html"/);
    expect(() => stet(folder.path, { spa: "app.html" })).not.toThrow();
    expect(() => stet(memory({ "index.html": "" }), { spa: true })).not.toThrow();
  });

  test("is told to onError where only a promise tells what is there", async ({ folder }) => {
    await folder.write("site.tar", makeTar([{ name: "app.html", content: "the page" }]));
    const told = await new Promise<unknown>((resolve) => {
      stet(tar(folder.to("site.tar")), { spa: true, onError: resolve });
    });
    expect(String(told)).toMatch(/TypeError: .*needs the page "index\.html".*in the source/);
    const onError = vi.fn<(error: unknown) => void>();
    const policy = stet(tar(folder.to("site.tar")), { spa: "app.html", onError });
    expect((await policy.fetch(new Request("http://localhost/users/42"))).status).toBe(200);
    expect(onError).not.toHaveBeenCalled();
  });
});

test("the table of docs/spa.md is what the server answers", async ({ folder, serve }) => {
  await folder.writeOld("index.html", "the page");
  const { get } = await serve({ spa: true });
  const rows = readPage("docs/spa.md")
    .text.split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim().replaceAll("`", "")),
    );
  const [head = [], , ...clients] = rows;
  expect(clients).toHaveLength(14);
  const [fields, paths] = [head.slice(1, 4), head.slice(4)];
  for (const cells of clients) {
    const sent = fields.map((name, index): [string, string] => [name, cells[index + 1] ?? ""]);
    const said = sent
      .filter(([, value]) => value !== "–")
      .map(([name, value]) => [name, value === "html" ? BROWSER : value]);
    for (const [index, path] of paths.entries()) {
      const { status } = await get(path, { fields: Object.fromEntries(said) });
      expect([cells[0], path, status === 200 ? "page" : String(status)]).toEqual([
        cells[0],
        path,
        cells[index + 4],
      ]);
    }
  }
});
