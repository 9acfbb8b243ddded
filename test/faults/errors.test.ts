/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import { chmod, mkdir, rename, symlink } from "node:fs/promises";
import { describe, expect } from "vitest";
import { type Source, SourceError, stet } from "../../src/index.ts";
import type { ChildOptions } from "../support/child-server.ts";
import { type Folder, LONG_AGO } from "../support/folder.ts";
import { countDescriptors } from "../support/process-reading.ts";
import {
  type Fields,
  RawConnection,
  type RawResponse,
  request,
  requestText,
} from "../support/raw-connection.ts";
import { test } from "../support/served-test.ts";

const DIGITS = "0123456789";

/** Fails where a content tells of the machine: a path, a code of the system, a stack, a module. */
function expectDiscreet({ text }: RawResponse, ...secrets: readonly string[]): void {
  expect(text).not.toMatch(
    /\bE[A-Z]{4,}\b|\bat .*:\d+:\d+|node:|\.[jt]s\b|Error:|\/(?:tmp|srv|home|root|proc)\b/,
  );
  for (const secret of secrets) expect(text).not.toContain(secret);
}

describe("a file that the server may not read", () => {
  /** Root may read anything, so a server of root's becomes nobody. */
  const asNobody: ChildOptions = process.getuid?.() === 0 ? { user: 65_534 } : {};

  async function writeUnreadable(folder: Folder): Promise<void> {
    for (const name of ["page.txt", "private.txt", "locked/page.txt", "unlisted/page.txt"]) {
      await folder.writeOld(name, DIGITS);
    }
    await chmod(folder.to("private.txt"), 0o000);
    await chmod(folder.to("locked"), 0o000);
    await chmod(folder.to("unlisted"), 0o111);
  }

  test("is 403 or 404, and tells nothing", async ({ folder, serveInChild }) => {
    await writeUnreadable(folder);
    const { port, complaints } = await serveInChild({ ...asNobody, options: { list: true } });
    for (const target of ["/private.txt", "/locked/page.txt", "/locked/", "/unlisted/"]) {
      for (const fields of [
        {},
        { Accept: "application/json" },
        { Range: "bytes=0-1" },
        { "If-None-Match": "*" },
      ]) {
        const response = await request(port, target, { fields });
        expect([target, response.text.includes(DIGITS)]).toEqual([target, false]);
        expect([403, 404]).toContain(response.status);
        expect(response.field("etag")).toBeUndefined();
        expect(response.field("last-modified")).toBeUndefined();
        expectDiscreet(response, folder.path, "private", "locked");
      }
    }
    // What the client doesn't learn, the log does.
    await expect.poll(() => complaints()).toContain("EACCES");
    expect((await request(port, "/page.txt")).text).toBe(DIGITS);
    expect((await request(port, "/unlisted/page.txt")).text).toBe(DIGITS);
    await chmod(folder.to("locked"), 0o755);
    await chmod(folder.to("unlisted"), 0o755);
  });

  test("denies no other: not the file that it is a sibling of, not the folder that it stands in", async ({
    folder,
    serveInChild,
  }) => {
    await writeUnreadable(folder);
    await symlink(folder.to("locked/page.txt"), folder.to("link.txt"));
    for (const extension of ["br", "zst"]) {
      await symlink(folder.to("locked/page.txt"), folder.to(`page.txt.${extension}`));
    }
    await folder.writeOld("page.txt.gz", "compressed");
    const { port } = await serveInChild({ ...asNobody, options: { list: true } });

    expect((await request(port, "/page.txt")).text).toBe(DIGITS);
    const coded = await request(port, "/page.txt", { fields: { "Accept-Encoding": "br, zstd, gzip" } });
    expect([coded.text, coded.field("content-encoding")]).toEqual(["compressed", "gzip"]);

    const listing = await request(port, "/");
    expect(listing.status).toBe(200);
    for (const name of ["page.txt", "page.txt.gz", "locked/"]) expect(listing.text).toContain(`"./${name}"`);
    for (const name of ["link.txt", "page.txt.br"]) expect(listing.text).not.toContain(name);
    for (const name of ["locked", "unlisted"]) await chmod(folder.to(name), 0o755);
  });
});

/** Enough for Node to load what it runs, and for few files beside. */
const FEW = 100;

describe("too many open files", () => {
  test("503 with Retry-After, and as before when some are closed", async ({ folder, serveInChild }) => {
    await folder.writeSparse("large", 64 << 20);
    await folder.writeOld("page.txt", DIGITS);
    const { port, pid } = await serveInChild({ descriptors: FEW, options: { cache: false } });
    const asking = await RawConnection.open(port);
    expect((await asking.request("/page.txt")).text).toBe(DIGITS);

    // Each download holds two descriptors: its connection, taken first, and its file, for which there are too few.
    const free = FEW - countDescriptors(pid);
    const downloads: RawConnection[] = [];
    for (let index = 0; index < Math.ceil((free * 2) / 3); index++)
      downloads.push(await RawConnection.open(port));
    const statuses: number[] = [];
    for (const download of downloads) {
      download.send(requestText("/large"));
      statuses.push((await download.head()).status);
    }
    expect(statuses).toContain(200);
    expect(statuses).toContain(503);

    for (const target of ["/page.txt", "/large"]) {
      for (const Accept of ["*/*", "application/json"]) {
        const response = await asking.request(target, { fields: { Accept } });
        expect([target, response.status]).toEqual([target, 503]);
        expect(Number(response.field("retry-after"))).toBeGreaterThan(0);
        expect(response.field("cache-control")).toBe("no-store");
        expectDiscreet(response, folder.path);
      }
    }

    for (const download of downloads) download.close();
    await expect.poll(async () => (await asking.request("/page.txt")).status).toBe(200);
    // A connection of its own takes another descriptor, and may find that the last but one has been taken.
    const others = (): Promise<string> =>
      request(port, "/page.txt").then(
        ({ text }) => text,
        () => "none",
      );
    await expect.poll(others).toBe(DIGITS);
    asking.close();
  });

  test("nothing is left open by those that failed", async ({ folder, serveInChild }) => {
    await folder.writeSparse("large", 64 << 20);
    const { port, pid } = await serveInChild({ descriptors: FEW, options: { cache: false } });
    await request(port, "/missing");
    const before = countDescriptors(pid);
    for (let round = 0; round < 3; round++) {
      const connections: RawConnection[] = [];
      for (let index = 0; index < 30; index++) connections.push(await RawConnection.open(port));
      for (const connection of connections) connection.send(requestText("/large"));
      // Some are answered, some find no descriptor, and some aren't even let in.
      await Promise.allSettled(connections.slice(0, 8).map((connection) => connection.head()));
      for (const connection of connections) connection.close();
      await expect.poll(() => countDescriptors(pid)).toBeLessThanOrEqual(before);
    }
    expect((await request(port, "/large", { method: "HEAD" })).status).toBe(200);
  });
});

describe("names that no file can have", () => {
  test("are 404: too long, below a file, a file as a folder", async ({ folder, serve }) => {
    await folder.writeOld("file.txt", DIGITS);
    await folder.writeOld("folder/file.txt", DIGITS);
    const { get } = await serve({ extensions: ["html"], list: true });
    const targets = [
      `/${"a".repeat(256)}`,
      `/${"a".repeat(5000)}`,
      `/${"%C3%BC".repeat(128)}`,
      `/${"a".repeat(252)}`,
      `/${"a".repeat(255)}/b`,
      `/${"a/".repeat(3000)}`,
      `/folder/${"b".repeat(256)}/file.txt`,
      "/file.txt/x",
      "/file.txt/x/y/z.txt",
      "/file.txt/",
      "/folder/file.txt/",
      "/file.txt/index.html",
      "/folder/missing/",
      "/folder/file",
    ];
    for (const target of targets) {
      const response = await get(target);
      expect([target, response.status]).toEqual([target, 404]);
      expectDiscreet(response, folder.path, "file.txt");
    }
    expect((await get("/file.txt")).text).toBe(DIGITS);
  });

  test("a name of 255 bytes is found, though none of its siblings could be", async ({ folder, serve }) => {
    const name = `${"a".repeat(251)}.txt`;
    await folder.writeOld(name, DIGITS);
    const response = await (
      await serve()
    ).get(`/${name}`, { fields: { "Accept-Encoding": "br, zstd, gzip" } });
    expect([response.status, response.text]).toEqual([200, DIGITS]);
  });

  test("a folder that has gone, the root too, is 404; and is found when it is back", async ({
    folder,
    serve,
  }) => {
    await folder.writeOld("root/page.txt", DIGITS);
    const { get } = await serve({}, folder.to("root"));
    await rename(folder.to("root"), folder.to("away"));
    expect((await get("/page.txt")).status).toBe(404);
    await rename(folder.to("away"), folder.to("root"));
    expect((await get("/page.txt")).text).toBe(DIGITS);
  });
});

describe("the content of an error", () => {
  interface Failing {
    readonly status: number;
    readonly title: string;
    readonly target: string;
    readonly method?: string;
    readonly fields?: Fields;
  }

  const failing: readonly Failing[] = [
    { status: 400, title: "Bad Request", target: "/a%00b" },
    { status: 400, title: "Bad Request", target: "/a/../b" },
    { status: 404, title: "Not Found", target: "/missing<script>alert(1)</script>" },
    { status: 404, title: "Not Found", target: "/.env" },
    { status: 404, title: "Not Found", target: "/folder/" },
    { status: 405, title: "Method Not Allowed", target: "/page.txt", method: "DELETE" },
    {
      status: 406,
      title: "Not Acceptable",
      target: "/page.txt",
      fields: { "Accept-Encoding": "identity;q=0" },
    },
    { status: 412, title: "Precondition Failed", target: "/page.txt", fields: { "If-Match": '"other"' } },
    { status: 416, title: "Range Not Satisfiable", target: "/page.txt", fields: { Range: "bytes=99-" } },
    { status: 501, title: "Not Implemented", target: "/page.txt", method: "PROPFIND" },
  ];

  async function writeFiles(folder: Folder): Promise<void> {
    await folder.writeOld("page.txt", DIGITS);
    await mkdir(folder.to("folder"));
  }

  const accepts: readonly (readonly [accept: string | undefined, type: string])[] = [
    [undefined, "text/plain; charset=utf-8"],
    ["*/*", "text/plain; charset=utf-8"],
    ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/plain; charset=utf-8"],
    ["text/plain, application/json;q=0.5", "text/plain; charset=utf-8"],
    ["application/json;q=0", "text/plain; charset=utf-8"],
    ["application/json", "application/problem+json"],
    ["application/problem+json", "application/problem+json"],
    ["Application/JSON, text/plain;q=0.5, */*;q=0.1", "application/problem+json"],
  ];

  for (const { status, title, target, method = "GET", fields = {} } of failing) {
    test(`${method} ${target} is ${status}, as text or as problem details`, async ({ folder, serve }) => {
      await writeFiles(folder);
      const { get } = await serve();
      for (const [accept, type] of accepts) {
        const all = accept === undefined ? fields : { ...fields, Accept: accept };
        const response = await get(target, { method, fields: all });
        expect([accept, response.status, response.field("content-type")]).toEqual([accept, status, type]);
        expect(response.complete).toBe(true);
        expect(response.field("content-length")).toBe(String(response.content.length));
        expect(response.field("x-content-type-options")).toBe("nosniff");
        if (type === "application/problem+json") {
          expect(JSON.parse(response.text)).toEqual({ type: "about:blank", title, status });
        } else {
          expect(response.text).toBe(`${title}\n`);
        }
      }
    });
  }

  test("HEAD has none, and the next response stands where it should", async ({ folder, serve }) => {
    await writeFiles(folder);
    const connection = await RawConnection.open((await serve()).port);
    // A 416 is for GET alone, and what another method is told isn't for HEAD.
    const forHead = failing.filter(({ status, method }) => status !== 416 && method === undefined);
    for (const { status, target, fields = {} } of forHead) {
      connection.send(requestText(target, { method: "HEAD", fields }), requestText("/page.txt"));
      const head = await connection.response("HEAD");
      const next = await connection.response();
      expect([target, head.status, next.status, next.text]).toEqual([target, status, 200, DIGITS]);
      expect(Number(head.field("content-length"))).toBeGreaterThan(0);
    }
    connection.close();
  });

  test("HEAD has none as a Response either, where no server takes it off", async ({ folder }) => {
    await writeFiles(folder);
    const { fetch } = stet(folder.path);
    for (const [target, status] of [
      ["/missing", 404],
      ["/a%00b", 400],
    ] as const) {
      const response = await fetch(new Request(`http://localhost${target}`, { method: "HEAD" }));
      expect([target, response.status, await response.text()]).toEqual([target, status, ""]);
    }
  });

  const INSIDE = "/srv/private/files/page.txt";
  const failures: readonly (readonly [status: number, error: Error])[] = [
    [500, new Error(`ENOTRECOVERABLE: state not recoverable, open '${INSIDE}'`)],
    [500, new SourceError("failed", new Error(INSIDE))],
    [403, new SourceError("forbidden", new Error(INSIDE))],
    [503, new SourceError("busy", new Error(INSIDE))],
  ];
  for (const [status, error] of failures) {
    test(`${error.message.slice(0, 40)}: ${status} without its cause, of which onError is told`, async ({
      serveApp,
    }) => {
      const told: unknown[] = [];
      const source: Source = { find: () => Promise.reject(error) };
      const { node } = stet(source, { onError: (failure) => told.push(failure) });
      const port = await serveApp((incoming, response) => void node(incoming, response));
      for (const fields of [{}, { Accept: "application/json" }]) {
        const response = await request(port, "/page.txt", { fields });
        expect(response.status).toBe(status);
        expectDiscreet(response, INSIDE);
      }
      expect(told).toEqual([error, error]);
    });
  }
});

describe("the time zone of the server changes nothing", () => {
  const ZONES = ["Asia/Tokyo", "America/New_York"];

  /** Where clocks were set forward and back in New York, and no such time. */
  const TIMES = [
    "2024-03-10T07:30:00.5Z",
    "2024-11-03T05:30:00Z",
    "2024-11-03T06:30:00Z",
    LONG_AGO.toISOString(),
  ];

  /** The three forms of an HTTP-date. @see RFC 9110 §5.6.7 */
  function formsOf(time: Date): readonly string[] {
    const imf = time.toUTCString();
    const [, day = "", date = "", month = "", year = "", clock = ""] =
      /^(\w+), (\d+) (\w+) (\d+) (\S+)/.exec(imf) ?? [];
    const weekday = time.toLocaleDateString("en", { weekday: "long", timeZone: "UTC" });
    return [
      imf,
      `${weekday}, ${date}-${month}-${year.slice(2)} ${clock} GMT`,
      `${day} ${month} ${String(Number(date)).padStart(2)} ${clock} ${year}`,
    ];
  }

  test("one tag and one Last-Modified; a date is UTC in each of its forms", async ({
    folder,
    serveInChild,
  }) => {
    for (const [index, time] of TIMES.entries()) await folder.write(`${index}.txt`, DIGITS, new Date(time));
    const children = await Promise.all(ZONES.map((TZ) => serveInChild({ environment: { TZ } })));
    for (const [index, time] of TIMES.entries()) {
      const modified = new Date(time);
      const validators = new Set<string>();
      for (const { port } of children) {
        const { field } = await request(port, `/${index}.txt`);
        validators.add(`${field("etag")} ${field("last-modified")}`);
        const statusSince = async (since: string): Promise<number> =>
          (await request(port, `/${index}.txt`, { fields: { "If-Modified-Since": since } })).status;
        for (const since of formsOf(modified))
          expect([since, await statusSince(since)]).toEqual([since, 304]);
        for (const since of formsOf(new Date(modified.getTime() - 1000))) {
          expect([since, await statusSince(since)]).toEqual([since, 200]);
        }
      }
      expect([...validators]).toEqual([expect.stringMatching(/^"[^"]+" /)]);
      expect([...validators][0]).toContain(modified.toUTCString());
    }
  });
});
