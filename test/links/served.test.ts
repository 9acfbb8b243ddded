/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import type { RequestListener } from "node:http";
import express from "express";
import { afterEach, beforeEach, describe, expect, vi } from "vitest";
import { stet } from "../../src/index.ts";
import { signedLinks } from "../../src/links.ts";
import type { Folder } from "../support/folder.ts";
import { noise } from "../support/noise.ts";
import { RawConnection, type RawRequest, type RawResponse, request } from "../support/raw-connection.ts";
import { test } from "../support/served-test.ts";

const KEYS = "2026-11:wLzT7mZ0c1fQ9y3kXnB5vRjH2aUeG8sDpKoI6tYhM4E=";
const links = signedLinks({ keys: KEYS });
const HOUR = { expiresIn: 3600 };

const FILE = "/films/Größe 1.mp4";
const FILM = noise(400_000, "film");

interface Started {
  readonly port: number;
  /** Why it refused what it refused. */
  readonly log: readonly string[];
}

/** Starts an application that sends what a link leads to. */
async function start({ folder, serveApp }: Given): Promise<Started> {
  await folder.writeOld(FILE.slice(1), FILM);
  const files = stet(folder.path);
  const log: string[] = [];
  const port = await serveApp(async (request, response) => {
    const link = await links.verify(request);
    if (link.kind === "refused") {
      log.push(link.reason);
      response.writeHead(link.status, { "Content-Length": 10 }).end("Forbidden\n");
      return;
    }
    const { as, disposition } = link;
    await files.send(request, response, link.path, { as, disposition, cacheControl: "private, no-cache" });
  });
  return { port, log };
}

interface Given {
  readonly folder: Folder;
  readonly serveApp: (listener: RequestListener) => Promise<number>;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** All of an answer that a client can see, but for the time at which it was given. */
function seen({ head, text }: RawResponse): unknown {
  return [head.status, head.lines.filter(([name]) => name !== "date"), text];
}

describe("one link", () => {
  test("is for GET and for HEAD", async ({ folder, serveApp }) => {
    const { port } = await start({ folder, serveApp });
    const link = await links.sign(FILE, HOUR);
    const got = await request(port, link);
    expect(got.status).toBe(200);
    expect(got.content.equals(FILM)).toBe(true);
    const head = await request(port, link, { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(head.field("content-length")).toBe(String(FILM.length));
  });

  test("is for all forty ranges of a film", async ({ folder, serveApp }) => {
    const { port } = await start({ folder, serveApp });
    const link = await links.sign(FILE, HOUR);
    const connection = await RawConnection.open(port);
    const part = FILM.length / 40;
    for (let firstPos = 0; firstPos < FILM.length; firstPos += part) {
      const fields = { Range: `bytes=${firstPos}-${firstPos + part - 1}` };
      const { status, content } = await connection.request(link, { fields });
      expect(status).toBe(206);
      expect(content.equals(FILM.subarray(firstPos, firstPos + part))).toBe(true);
    }
    connection.close();
  });

  test("is for the 304 of a copy that stands", async ({ folder, serveApp }) => {
    const { port } = await start({ folder, serveApp });
    const link = await links.sign(FILE, HOUR);
    const etag = (await request(port, link)).field("etag") ?? "";
    expect((await request(port, link, { fields: { "If-None-Match": etag } })).status).toBe(304);
  });

  test("brings along disposition and name", async ({ folder, serveApp }) => {
    const { port } = await start({ folder, serveApp });
    const link = await links.sign(FILE, { ...HOUR, disposition: "inline", as: "Größe.mp4" });
    expect((await request(port, link)).field("content-disposition")).toBe(
      "inline; filename=\"Grosse.mp4\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.mp4",
    );
    const plain = await links.sign(FILE, HOUR);
    expect((await request(port, plain)).field("content-disposition")).toBeUndefined();
  });

  test("is for the network of its client", async ({ folder, serveApp }) => {
    const { port } = await start({ folder, serveApp });
    const own = await links.sign(FILE, { ...HOUR, network: "127.0.0.0/8" });
    expect((await request(port, own)).status).toBe(200);
    const other = await links.sign(FILE, { ...HOUR, network: "203.0.113.0/24" });
    expect((await request(port, other)).status).toBe(403);
  });
});

test("a stranger can't tell why, nor whether the file is there", async ({ folder, serveApp }) => {
  const { port, log } = await start({ folder, serveApp });
  const link = await links.sign(FILE, HOUR);
  const [pathname, query = ""] = link.split("?");
  const requests: readonly (readonly [target: string, request?: RawRequest])[] = [
    [pathname ?? ""],
    ["/missing.mp4"],
    ["/films"],
    [`/missing.mp4?${query}`],
    [`${pathname}?${query.split("&").toReversed().join("&")}`],
    [`${link}&${query}`],
    [`${link}&quality=hd`],
    [link.replace("key=2026-11", "key=2026-10")],
    [link.replace("%C3", "%c3")],
    [link.replace("expires=1", "expires=2")],
    [link.replace("/films/", "//films/")],
    [link, { method: "DELETE" }],
    [link, { method: "OPTIONS" }],
    [await links.sign(FILE, { ...HOUR, method: "DELETE" })],
    [await links.sign(FILE, { ...HOUR, network: "203.0.113.0/24" })],
    [await links.sign(FILE, { expiresIn: 7200, notBefore: new Date(Date.now() + 3_600_000) })],
    [`${link}&x=1`, { fields: { Range: "bytes=0-0", "If-None-Match": "*" } }],
  ];
  const answers: unknown[] = [];
  for (const [target, raw] of requests) answers.push(seen(await request(port, target, raw)));
  vi.setSystemTime(Date.now() + 3_600_000);
  answers.push(seen(await request(port, link)));
  expect(answers[0]).toMatchObject([403, expect.anything(), "Forbidden\n"]);
  expect(answers).toEqual(answers.map(() => answers[0]));
  expect(new Set(log)).toEqual(
    new Set(["malformed", "altered", "unknown-key", "network", "not-yet-valid", "expired"]),
  );
});

test("a link that is over in the middle of a film is over", async ({ folder, serveApp }) => {
  const { port } = await start({ folder, serveApp });
  const link = await links.sign(FILE, HOUR);
  const fields = { Range: "bytes=0-9" };
  expect((await request(port, link, { fields })).status).toBe(206);
  vi.setSystemTime(Date.now() + 3_600_000);
  expect((await request(port, link, { fields })).status).toBe(403);
});

test("under Express the link has the whole path, and the file the path below the mount", async ({
  folder,
  serveApp,
}) => {
  await folder.writeOld("a b.txt", "the text");
  const files = stet(folder.path);
  const mounted = signedLinks({ keys: KEYS, prefix: "/static" });
  const app = express();
  app.use("/static", async (request, response, next) => {
    const link = await mounted.verify(request);
    if (link.kind === "valid" && link.path === "a b.txt") return files.node(request, response, next);
    response.sendStatus(403);
  });
  const port = await serveApp(app);
  const link = await mounted.sign("/static/a b.txt", HOUR);
  expect((await request(port, link)).text).toBe("the text");
  expect((await request(port, link.replace("/static", ""))).status).toBe(404);
  expect((await request(port, "/static/a%20b.txt")).status).toBe(403);
});

test("Fetch: a Request is verified, and answered", async ({ folder }) => {
  await folder.writeOld("a b.txt", "the text");
  const files = stet(folder.path);
  const link = new URL(await links.sign("/a b.txt", HOUR), "https://files.example.com");
  const answer = async (request: Request): Promise<Response> => {
    const { kind } = await links.verify(request);
    return kind === "valid" ? files.fetch(request) : new Response(null, { status: 403 });
  };
  expect(await (await answer(new Request(link))).text()).toBe("the text");
  expect((await answer(new Request(link, { method: "POST" }))).status).toBe(403);
  link.searchParams.set("expires", "1");
  expect((await answer(new Request(link))).status).toBe(403);
});
