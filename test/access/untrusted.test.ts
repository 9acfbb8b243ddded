/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import { gzipSync } from "node:zlib";
import express from "express";
import { describe, expect } from "vitest";
import {
  allow,
  memory,
  type OpenRepresentation,
  sendfile,
  type Source,
  stet,
  type Stet,
} from "../../src/index.ts";
import { nginx } from "../../src/deliveries.ts";
import type { Folder } from "../support/folder.ts";
import { type RawResponse, request } from "../support/raw-connection.ts";
import { test as base } from "../support/served-test.ts";

const INERT = "default-src 'none'; sandbox";
const IMAGE = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
const PAGE = "<script>document.title = 'ran'</script>";
const NAMES = ["content-disposition", "content-security-policy", "cross-origin-resource-policy"] as const;

const test = base.extend<{ readonly folder: Folder }>({
  folder: async ({ folder }, use) => {
    await folder.writeOld("page.html", PAGE);
    await folder.writeOld("photo.png", "a photo");
    await folder.writeOld("notes.txt", "notes of a user");
    await folder.writeOld("sub/index.html", PAGE);
    await folder.writeOld("listed/<b>.html", PAGE);
    await use(folder);
  },
});

/** What an answer says of how its content may be used. */
function said({ field, status }: Pick<RawResponse, "field" | "status">): unknown {
  expect(field("x-content-type-options")).toBe("nosniff");
  return [status, ...NAMES.map((name) => field(name))];
}

/** The same of a response of the Fetch standard. */
function fetched({ status, headers }: Response): unknown {
  return said({ status, field: (name) => headers.get(name) ?? undefined });
}

const SAVED = ["attachment", INERT, "same-origin"];

describe("a page that a user has uploaded", () => {
  test("is saved, whole or in parts", async ({ serve }) => {
    const { get } = await serve({ untrusted: true });
    const whole = await get("/page.html");
    expect(said(whole)).toEqual([200, ...SAVED]);
    expect([whole.field("content-type"), whole.text]).toEqual(["text/html; charset=utf-8", PAGE]);
    expect(said(await get("/page.html", { method: "HEAD" }))).toEqual([200, ...SAVED]);
    const parts: Record<string, string>[] = [
      { Range: "bytes=0-4" },
      { Range: "bytes=0-4", "If-Range": whole.field("etag") ?? "" },
      { Range: "bytes=0-1,5-6" },
    ];
    for (const fields of parts) expect(said(await get("/page.html", { fields }))).toEqual([206, ...SAVED]);
  });

  test("is told the same of from what is kept in memory", async ({ serve }) => {
    const { get } = await serve({ untrusted: true });
    const answers = [];
    for (let count = 0; count < 3; count++) {
      answers.push(said(await get("/page.html")), said(await get("/photo.png")));
    }
    const once = [
      [200, ...SAVED],
      [200, undefined, IMAGE, "same-origin"],
    ];
    expect(answers).toEqual([...once, ...once, ...once]);
  });

  test("stays inert in a cache that has kept it from before: a 304 says so, too", async ({ serve }) => {
    const before = await serve();
    const kept = await before.get("/page.html");
    expect(said(kept)).toEqual([200, undefined, undefined, undefined]);
    const fields = { "If-None-Match": kept.field("etag") ?? "" };
    const { get } = await serve({ untrusted: true });
    expect(said(await get("/page.html", { fields }))).toEqual([304, undefined, INERT, "same-origin"]);
  });

  test("is saved by .fetch, too", async ({ serve }) => {
    const { policy } = await serve({ untrusted: true });
    const ask = (target: string): Promise<Response> => policy.fetch(new Request(`http://localhost${target}`));
    expect(fetched(await ask("/page.html"))).toEqual([200, ...SAVED]);
    expect(fetched(await ask("/photo.png"))).toEqual([200, undefined, IMAGE, "same-origin"]);
  });

  test("is saved as the index of a folder", async ({ serve }) => {
    const { get } = await serve({ untrusted: true });
    expect(said(await get("/sub/"))).toEqual([200, ...SAVED]);
  });
});

test("another site's page learns from no answer which files there are", async ({ serve }) => {
  const { get } = await serve({ untrusted: true });
  const answers = [
    await get("/missing"),
    await get("/sub"),
    await get("/page.html", { method: "POST" }),
    await get("/page.html", { method: "OPTIONS" }),
    await get("/page.html", { fields: { "If-Match": '"other"' } }),
    await get("/page.html", { fields: { Range: "bytes=999-" } }),
    await get("/%"),
  ];
  expect(answers.map(({ status }) => status)).toEqual([404, 301, 405, 204, 412, 416, 400]);
  for (const answer of answers) {
    expect(answer.field("cross-origin-resource-policy")).toBe("same-origin");
    expect(answer.field("content-disposition")).toBeUndefined();
  }
});

test("the type that is sent is the one that is judged", async ({ folder, serve }) => {
  await folder.writeOld("upload", "?");
  const types = [
    "text/html",
    "image/png",
    "IMAGE/PNG ; x=y",
    "image/png, text/html",
    "image/svg+xml",
    "text/plain",
  ];
  const shown: unknown[] = [];
  for (const type of types) {
    const { get, policy } = await serve({ untrusted: true, type: () => type });
    const answer = await get("/upload");
    expect(answer.field("content-type")).toBe(type);
    shown.push(answer.field("content-disposition") === undefined);
    const sent = await policy.send(new Request("http://localhost/1"), "page.html", { type });
    expect(fetched(sent)).toEqual(said(answer));
  }
  expect(shown).toEqual([false, true, true, false, false, true]);
});

test("the type that the source tells is judged, and none is no harmless one", async () => {
  const ask = new Request("http://localhost/a");
  const told = (type: string): Stet => stet(memory({ a: { content: PAGE, type } }), { untrusted: true });
  expect(fetched(await told("text/html").fetch(ask))).toEqual([200, ...SAVED]);
  expect(fetched(await told("image/png").fetch(ask))).toEqual([200, undefined, IMAGE, "same-origin"]);
  const untold: Source = {
    async find(path) {
      const resource = await memory({ a: PAGE }).find(path);
      if (resource?.kind !== "file") return undefined;
      return { ...resource, open: async (variant) => withoutType(await resource.open(variant)) };
    },
  };
  const answer = await stet(untold, { untrusted: true }).fetch(ask);
  expect([answer.headers.get("content-type"), fetched(answer)]).toEqual([null, [200, ...SAVED]]);
});

function withoutType(open: OpenRepresentation | undefined): OpenRepresentation | undefined {
  return open && { ...open, representation: { ...open.representation, mediaType: undefined } };
}

describe("a sibling that a user has uploaded", () => {
  const fields = { "Accept-Encoding": "gzip" };

  test("doesn't stand for another user's file", async ({ folder, serve }) => {
    await folder.writeOld("photo.png.gz", gzipSync("another"));
    expect((await (await serve()).get("/photo.png", { fields })).field("content-encoding")).toBe("gzip");
    const { get } = await serve({ untrusted: true });
    const answer = await get("/photo.png", { fields });
    expect([answer.text, answer.field("content-encoding"), answer.field("vary")]).toEqual([
      "a photo",
      undefined,
      "Sec-Fetch-Dest, Sec-Fetch-Site",
    ]);
    for (const untrusted of [true, {}]) {
      const sent = await sendfile(
        new Request("http://localhost/", { headers: fields }),
        folder.to("photo.png"),
        {
          untrusted,
        },
      );
      expect([await sent.text(), sent.headers.get("content-encoding")]).toEqual(["a photo", null]);
    }
  });

  test("where it is asked for, has the type of the file that it stands for", async ({ folder, serve }) => {
    await folder.writeOld("page.html.gz", gzipSync(PAGE));
    const { get } = await serve({ untrusted: true, precompressed: ["gzip"] });
    const answer = await get("/page.html", { fields });
    expect([answer.field("content-encoding"), said(answer)]).toEqual(["gzip", [200, ...SAVED]]);
  });
});

test("the page that lists a folder is stet's own, and is shown", async ({ serve }) => {
  const { get } = await serve({ untrusted: true, list: true, index: false });
  for (const target of ["/", "/listed/"]) {
    const page = await get(target);
    expect(said(page)).toEqual([200, undefined, undefined, "same-origin"]);
    expect(page.text).toContain("Content-Security-Policy");
  }
});

describe("send", () => {
  const ask = new Request("http://localhost/documents/7");

  test("may call one file untrusted, or one of them its own", async ({ folder }) => {
    const own = stet(folder.path);
    expect(fetched(await own.send(ask, "page.html"))).toEqual([200, undefined, undefined, undefined]);
    expect(fetched(await own.send(ask, "page.html", { untrusted: true }))).toEqual([200, ...SAVED]);
    expect(fetched(await own.send(ask, "missing", { untrusted: true }))).toEqual([
      404,
      undefined,
      undefined,
      "same-origin",
    ]);
    const uploads = stet(folder.path, { untrusted: { crossOriginResourcePolicy: "same-site" } });
    expect(fetched(await uploads.send(ask, "page.html"))).toEqual([200, "attachment", INERT, "same-site"]);
    expect(fetched(await uploads.send(ask, "page.html", { untrusted: false }))).toEqual([
      200,
      undefined,
      undefined,
      undefined,
    ]);
    expect(fetched(await uploads.send(ask, "page.html", { untrusted: { inline: ["text/html"] } }))).toEqual([
      200,
      undefined,
      INERT,
      "same-origin",
    ]);
  });

  test("shows nothing that its type forbids, and saves what it is told to", async ({ folder }) => {
    const { send } = stet(folder.path, { untrusted: true });
    const hostile = 'a"\r\nX-A: b.html';
    expect(fetched(await send(ask, "page.html", { disposition: "inline", as: hostile }))).toEqual([
      200,
      String.raw`attachment; filename="a\"X-A: b.html"`,
      INERT,
      "same-origin",
    ]);
    expect(fetched(await send(ask, "photo.png", { disposition: "inline" }))).toEqual([
      200,
      "inline",
      IMAGE,
      "same-origin",
    ]);
    expect(fetched(await send(ask, "photo.png", { as: "Größe.png" }))).toEqual([
      200,
      "attachment; filename=\"Grosse.png\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.png",
      IMAGE,
      "same-origin",
    ]);
  });

  test("judges contents at hand, too, whatever their name", async ({ folder }) => {
    const { send } = stet(folder.path, { untrusted: true, list: true });
    for (const as of [undefined, "", "folder/", "page.html"]) {
      const sent = await send(ask, new TextEncoder().encode(PAGE), { as, type: "text/html" });
      expect([as, sent.headers.get("content-disposition")]).toEqual([
        as,
        expect.stringMatching(/^attachment(?:;|$)/),
      ]);
      expect(sent.headers.get("content-security-policy")).toBe(INERT);
    }
    const named = await stet(folder.path).send(ask, new Blob([PAGE]), { as: "a.html", untrusted: true });
    expect(fetched(named)).toEqual([200, 'attachment; filename="a.html"', INERT, "same-origin"]);
  });

  test("says what is wrong with its options", async ({ folder }) => {
    const { send } = stet(folder.path);
    await expect(send(ask, "page.html", { untrusted: "yes" as never })).rejects.toThrow(
      /"untrusted" is true/,
    );
    await expect(sendfile(ask, folder.to("page.html"), { untrusted: 1 as never })).rejects.toThrow(
      /"untrusted"/,
    );
  });

  test("under Node says the same", async ({ folder, serveApp }) => {
    const files = stet(folder.path);
    const port = await serveApp((incoming, response) =>
      files.send(incoming, response, "page.html", { untrusted: true }),
    );
    expect(said(await request(port, "/documents/7"))).toEqual([200, ...SAVED]);
  });
});

test("a server in front is told the same of what it sends", async ({ serve }) => {
  const { get } = await serve({ untrusted: true, delivery: nginx({ "/": "/_private/" }) });
  const answer = await get("/page.html");
  expect(answer.field("x-accel-redirect")).toBe("/_private/page.html");
  expect(said(answer)).toEqual([200, ...SAVED]);
});

test("a guard gives a name and a disposition to what it lets through", async ({ serve }) => {
  const guard = (): ReturnType<typeof allow> => allow({ as: "Größe.html", disposition: "inline" });
  const name = "filename=\"Grosse.html\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.html";
  const own = await (await serve({ guard })).get("/page.html");
  expect([own.field("content-disposition"), own.field("cache-control")]).toEqual([
    `inline; ${name}`,
    "private, no-cache",
  ]);
  const uploaded = await (await serve({ guard, untrusted: true })).get("/page.html");
  expect(said(uploaded)).toEqual([200, `attachment; ${name}`, INERT, "same-origin"]);
});

describe("what the application says", () => {
  test("by `headers` stands in place of each field", async ({ serve }) => {
    const headers = {
      "Content-Disposition": "inline",
      "Content-Security-Policy": "sandbox",
      "Cross-Origin-Resource-Policy": "cross-origin",
    };
    const { get } = await serve({ untrusted: true, headers });
    expect(said(await get("/page.html"))).toEqual([200, "inline", "sandbox", "cross-origin"]);
    const byPath = await serve({
      untrusted: true,
      headers: (path) => (path.endsWith(".txt") ? { "Cross-Origin-Resource-Policy": "same-site" } : {}),
    });
    expect(said(await byPath.get("/notes.txt"))).toEqual([200, undefined, INERT, "same-site"]);
    expect(said(await byPath.get("/page.html"))).toEqual([200, ...SAVED]);
  });

  test("on the response stands, but its policy for pages takes nothing away from that for files", async ({
    folder,
    serveApp,
  }) => {
    const app = express().use((_, response, next) => {
      // What a middleware for security sets on every response.
      response.set({
        "Content-Security-Policy": "script-src 'self'",
        "Cross-Origin-Resource-Policy": "same-site",
      });
      next();
    });
    app.use(stet(folder.path, { untrusted: true }).node);
    const port = await serveApp(app);
    for (let count = 0; count < 2; count++) {
      const answer = await request(port, "/page.html");
      expect(said(answer)).toEqual([200, "attachment", `script-src 'self', ${INERT}`, "same-site"]);
    }
  });
});
