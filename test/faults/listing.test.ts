/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import { describe, expect } from "vitest";
import { type Source, stet } from "../../src/index.ts";
import type { Entry } from "../../src/sources/source.ts";
import { RawConnection, request } from "../support/raw-connection.ts";
import { test } from "../support/served-test.ts";

const ENTRIES: readonly Entry[] = Array.from({ length: 20_000 }, (_, index) => ({
  name: `file-${index}.txt`,
  kind: "file",
  length: index,
  lastModified: index,
}));

/** A source of large folders only, each slow to read, that counts how often and how many at once they are. */
class LargeFolders implements Source {
  looks = 0;
  most = 0;
  #active = 0;
  readonly #delay: number;

  constructor(delay: number) {
    this.#delay = delay;
  }

  find(path: string): ReturnType<Source["find"]> {
    if (path.endsWith(".html")) return Promise.resolve(undefined);
    return Promise.resolve({ kind: "directory", list: () => this.#list() });
  }

  async #list(): Promise<readonly Entry[]> {
    this.looks++;
    this.most = Math.max(this.most, ++this.#active);
    await new Promise((resolve) => setTimeout(resolve, this.#delay));
    this.#active--;
    return ENTRIES;
  }
}

describe("the page of a large folder", () => {
  test("is made once for all who ask for it, and once for those who come soon after", async ({
    serveApp,
  }) => {
    const source = new LargeFolders(1000);
    const { node } = stet(source, { list: true });
    const port = await serveApp((incoming, response) => void node(incoming, response));
    const responses = await Promise.all(Array.from({ length: 20 }, () => request(port, "/")));
    for (const { status, complete, field } of responses) {
      expect([status, complete, field("etag")]).toEqual([200, true, responses[0]?.field("etag")]);
    }
    const tag = responses[0]?.field("etag") ?? "";
    expect((await request(port, "/", { fields: { "If-None-Match": tag } })).status).toBe(304);
    expect((await request(port, "/", { fields: { Range: "bytes=0-8" } })).text).toBe("<!doctype");
    expect(source.looks).toBe(1);
  });

  test("costs little for clients that ask and read nothing", async ({ serveApp }) => {
    const source = new LargeFolders(1000);
    const { node } = stet(source, { list: true });
    const port = await serveApp((incoming, response) => void node(incoming, response));
    await request(port, "/");
    const before = process.memoryUsage().arrayBuffers;
    const connections = await Promise.all(Array.from({ length: 50 }, () => RawConnection.open(port)));
    for (const connection of connections) connection.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await Promise.all(connections.map((connection) => connection.head()));
    // A page each would be 150 MB and more.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50e6);
    for (const connection of connections) connection.close();
    expect(source.looks).toBe(1);
  });

  test("waits its turn where many different ones are asked for", async ({ serveApp }) => {
    const source = new LargeFolders(20);
    const { node } = stet(source, { list: true });
    const port = await serveApp((incoming, response) => void node(incoming, response));
    const statuses = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => (await request(port, `/${index}/`)).status),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect([source.looks, source.most]).toEqual([10, 2]);
  });
});

describe("the page of a small folder", () => {
  test("shows a change practically at once", async ({ folder, serve }) => {
    await folder.writeOld("one.txt", "1");
    const { get } = await serve({ list: true });
    expect((await get("/")).text).not.toContain("two.txt");
    await folder.writeOld("two.txt", "2");
    await expect.poll(async () => (await get("/")).text).toContain("two.txt");
  });

  test("is 404 at once where the folder has gone", async ({ folder, serve }) => {
    await folder.writeOld("folder/one.txt", "1");
    const { get } = await serve({ list: true });
    expect((await get("/folder/")).status).toBe(200);
    await folder.remove();
    expect((await get("/folder/")).status).toBe(404);
  });

  test("leads to a name that begins with a byte order mark", async ({ folder, serve }) => {
    await folder.writeOld("\uFEFFmarked.txt", "marked");
    const { get } = await serve({ list: true });
    const [, href = ""] = /href="\.\/([^"]+)"/.exec((await get("/")).text) ?? [];
    expect((await get(`/${href}`)).text).toBe("marked");
  });
});
