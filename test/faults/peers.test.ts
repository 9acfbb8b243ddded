/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { link, mkdir, rename, rm, utimes } from "node:fs/promises";
import type { IncomingMessage, RequestListener } from "node:http";
import * as fc from "fast-check";
import { afterEach, describe, expect, vi } from "vitest";
import { memory, stet } from "../../src/index.ts";
import type { Folder } from "../support/folder.ts";
import { LONG_AGO } from "../support/folder.ts";
import { countDescriptorsBelow } from "../support/process-reading.ts";
import {
  type Fields,
  RawConnection,
  type RawResponse,
  request,
  requestText,
} from "../support/raw-connection.ts";
import { type Served, test } from "../support/served-test.ts";
import { stopTheClock } from "../support/stop-the-clock.ts";

// Each fault was found in a server that is widely used. A test here fails on the faulty behaviour.

const DIGITS = "0123456789";

/** The HTTP-date of a time, less its fraction of a second. */
function httpDate(time: Date | number): string {
  return new Date(time).toUTCString();
}

/** The form of date that C's asctime() writes. @see RFC 9110 §5.6.7 */
function asctime(time: Date | number): string {
  const [, day, date, month, year, clock] = /^(\w+), (\d+) (\w+) (\d+) (\S+)/.exec(httpDate(time)) ?? [];
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${clock} ${year}`;
}

const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** Answers of 200 with the whole of a small text file, and nothing that tells of a part. */
function expectWhole(response: RawResponse, content: string): void {
  expect(response.status).toBe(200);
  expect(response.text).toBe(content);
  expect(response.field("content-range")).toBeUndefined();
}

async function tagOf(served: Served, target: string, fields: Fields = {}): Promise<string> {
  const tag = (await served.get(target, { fields })).field("etag");
  if (tag === undefined) throw new Error(`${target} has no entity tag`);
  return tag;
}

describe("1. bytes=5-2, or a last-pos past 2^53, kills the process", () => {
  const HUGE = `1${"0".repeat(23)}`;
  const ranges: readonly (readonly [range: string, status: number, content: string])[] = [
    ["bytes=5-2", 200, DIGITS],
    ["bytes=0-9007199254740993", 206, DIGITS],
    [`bytes=0-${HUGE}`, 206, DIGITS],
    [`bytes=4-${"9".repeat(5000)}`, 206, "456789"],
    [`bytes=-${HUGE}`, 206, DIGITS],
    [`bytes=${HUGE}1-${HUGE}0`, 200, DIGITS],
  ];
  for (const [range, status, content] of ranges) {
    test(`${range.slice(0, 40)} is answered ${status}`, async ({ folder, serve }) => {
      await folder.writeOld("ten.txt", DIGITS);
      const { get } = await serve();
      const response = await get("/ten.txt", { fields: { Range: range } });
      expect([response.status, response.text]).toEqual([status, content]);
      expect((await get("/ten.txt")).text).toBe(DIGITS);
    });
  }

  test("a first-pos past 2^53 is answered 416", async ({ folder, serve }) => {
    await folder.writeOld("ten.txt", DIGITS);
    const { get } = await serve();
    const response = await get("/ten.txt", { fields: { Range: `bytes=${HUGE}-` } });
    expect([response.status, response.field("content-range")]).toEqual([416, "bytes */10"]);
    expect((await get("/ten.txt")).text).toBe(DIGITS);
  });
});

describe("2. a file deleted or grown after start-up: ENOENT, or more bytes on the wire than Content-Length", () => {
  test("a deleted file is answered 404, and a new one is found", async ({ folder, serve }) => {
    await folder.writeOld("a.txt", DIGITS);
    const { get } = await serve();
    expectWhole(await get("/a.txt"), DIGITS);
    await rm(folder.to("a.txt"));
    expect((await get("/a.txt")).status).toBe(404);
    await folder.writeOld("b.txt", "new");
    expectWhole(await get("/b.txt"), "new");
  });

  test("a deleted precompressed sibling gives way to the file", async ({ folder, serve }) => {
    await folder.writeOld("a.txt", DIGITS);
    await folder.writeOld("a.txt.gz", "gzipped");
    const { get } = await serve();
    const fields = { "Accept-Encoding": "gzip" };
    expect((await get("/a.txt", { fields })).text).toBe("gzipped");
    await rm(folder.to("a.txt.gz"));
    const response = await get("/a.txt", { fields });
    expectWhole(response, DIGITS);
    expect(response.field("content-encoding")).toBeUndefined();
  });

  test("a grown file is told with its new length and a new tag; the next response stands where it should", async ({
    folder,
    serve,
  }) => {
    await folder.writeOld("a.txt", DIGITS);
    const connection = await RawConnection.open((await serve()).port);
    const before = await connection.request("/a.txt");
    await folder.writeOld("a.txt", DIGITS.repeat(5) + "12");
    const after = await connection.request("/a.txt");
    const missing = await connection.request("/missing");
    connection.close();
    expect([before.content.length, before.field("content-length")]).toEqual([10, "10"]);
    expect([after.content.length, after.field("content-length")]).toEqual([52, "52"]);
    expect(after.field("etag")).not.toBe(before.field("etag"));
    expect(missing.status).toBe(404);
  });

  test("a file replaced by turns: tag, length and bytes are always of one version", async ({
    folder,
    serve,
  }) => {
    await folder.write("short", "a".repeat(10), LONG_AGO);
    await folder.write("long", "b".repeat(52), new Date(LONG_AGO.getTime() + HOUR));
    await link(folder.to("short"), folder.to("file.txt"));
    const connection = await RawConnection.open((await serve()).port);
    const end = new AbortController();
    const replacing = (async (): Promise<void> => {
      for (let turn = 0; !end.signal.aborted; turn++) {
        await link(folder.to(turn % 2 === 0 ? "long" : "short"), folder.to("next"));
        await rename(folder.to("next"), folder.to("file.txt"));
      }
    })();
    const seen = new Map<string, Set<string>>();
    // Whose turn it is, the system decides.
    for (let batch = 0; batch < 50 || (seen.size < 2 && batch < 5000); batch++) {
      connection.send(...Array.from({ length: 10 }, () => requestText("/file.txt")));
      for (let index = 0; index < 10; index++) {
        const { status, text, field } = await connection.response();
        expect([status, field("content-length")]).toEqual([200, String(text.length)]);
        const tag = field("etag") ?? "none";
        seen.set(tag, (seen.get(tag) ?? new Set()).add(`${text} ${field("last-modified")}`));
      }
    }
    end.abort();
    await replacing;
    connection.close();
    expect(seen.size).toBe(2);
    expect([...seen.values()].map((versions) => versions.size)).toEqual([1, 1]);
    expect([...seen.values()].flatMap((versions) => [...versions]).toSorted()).toEqual([
      `${"a".repeat(10)} ${httpDate(LONG_AGO)}`,
      `${"b".repeat(52)} ${httpDate(LONG_AGO.getTime() + HOUR)}`,
    ]);
  });
});

describe("3. bytes=-5 serves the first bytes, 0-0 everything, -1000 of a short file is 416", () => {
  const ranges: readonly (readonly [range: string, contentRange: string, content: string])[] = [
    ["bytes=-5", "bytes 5-9/10", "56789"],
    ["bytes=0-0", "bytes 0-0/10", "0"],
    ["bytes=-1000", "bytes 0-9/10", DIGITS],
    ["bytes=-1", "bytes 9-9/10", "9"],
    ["bytes=9-9", "bytes 9-9/10", "9"],
    ["bytes=3-", "bytes 3-9/10", "3456789"],
    ["bytes=8-1000", "bytes 8-9/10", "89"],
  ];
  for (const [range, contentRange, content] of ranges) {
    test(`${range} is ${contentRange}`, async ({ folder, serve }) => {
      await folder.writeOld("ten.txt", DIGITS);
      const response = await (await serve()).get("/ten.txt", { fields: { Range: range } });
      expect(response.status).toBe(206);
      expect(response.field("content-range")).toBe(contentRange);
      expect(response.field("content-length")).toBe(String(content.length));
      expect(response.text).toBe(content);
    });
  }

  for (const range of ["bytes=10-", "bytes=-0", "bytes=10-20"]) {
    test(`${range} of ten bytes is 416`, async ({ folder, serve }) => {
      await folder.writeOld("ten.txt", DIGITS);
      const response = await (await serve()).get("/ten.txt", { fields: { Range: range } });
      expect([response.status, response.field("content-range")]).toEqual([416, "bytes */10"]);
    });
  }
});

describe("4. If-Range: weak tags, substrings and later dates accepted", () => {
  const conditional = (condition: string): { fields: Fields } => ({
    fields: { Range: "bytes=2-5", "If-Range": condition },
  });

  test("the exact strong tag and the exact date give the part", async ({ folder, serve }) => {
    await folder.writeOld("ten.txt", DIGITS);
    const served = await serve();
    for (const condition of [await tagOf(served, "/ten.txt"), httpDate(LONG_AGO), asctime(LONG_AGO)]) {
      const response = await served.get("/ten.txt", conditional(condition));
      expect([condition, response.status, response.text]).toEqual([condition, 206, "2345"]);
    }
  });

  const others: readonly (readonly [words: string, condition: (tag: string) => string])[] = [
    ["the tag made weak", (tag) => `W/${tag}`],
    ["another tag", () => '"other"'],
    ["a tag that begins alike", (tag) => `${tag.slice(0, -2)}"`],
    ["a tag that holds it", (tag) => `"x${tag.slice(1)}`],
    ["the tag without its quotes", (tag) => tag.slice(1, -1)],
    ["a list that has the tag", (tag) => `"other", ${tag}`],
    ["two tags of which one is it", (tag) => `${tag}, "other"`],
    ["any", () => "*"],
    ["nothing", () => ""],
    ["a later date", () => httpDate(LONG_AGO.getTime() + SECOND)],
    ["a date far ahead", () => httpDate(Date.now() + 1000 * HOUR)],
    ["an earlier date", () => httpDate(LONG_AGO.getTime() - SECOND)],
    ["a date in ISO's form", () => LONG_AGO.toISOString()],
    ["a year", () => "9999"],
    ["an empty tag", () => '""'],
  ];
  for (const [words, condition] of others) {
    test(`${words} gives the whole`, async ({ folder, serve }) => {
      await folder.writeOld("ten.txt", DIGITS);
      const served = await serve();
      const tag = await tagOf(served, "/ten.txt");
      expectWhole(await served.get("/ten.txt", conditional(condition(tag))), DIGITS);
    });
  }

  test("the weak tag and the date of a file written just now give the whole", async ({ folder, serve }) => {
    stopTheClock();
    await folder.write("young.txt", DIGITS);
    const served = await serve();
    const { field } = await served.get("/young.txt");
    expect(field("etag")).toMatch(/^W\//);
    for (const condition of [field("etag"), field("etag")?.slice(2), field("last-modified")]) {
      expectWhole(await served.get("/young.txt", conditional(condition ?? "")), DIGITS);
    }
  });
});

describe("5. If-Match: weak tags accepted; If-Match: * with an old If-Unmodified-Since answered 412", () => {
  const cases: readonly (readonly [words: string, status: number, fields: (tag: string) => Fields])[] = [
    ["the strong tag", 200, (tag) => ({ "If-Match": tag })],
    ["the tag in a list", 200, (tag) => ({ "If-Match": `"a", ${tag}` })],
    ["any", 200, () => ({ "If-Match": "*" })],
    ["the tag made weak", 412, (tag) => ({ "If-Match": `W/${tag}` })],
    ["another", 412, () => ({ "If-Match": '"a"' })],
    [
      "any, and an old If-Unmodified-Since",
      200,
      () => ({ "If-Match": "*", "If-Unmodified-Since": httpDate(LONG_AGO.getTime() - HOUR) }),
    ],
    [
      "the tag, and an old If-Unmodified-Since",
      200,
      (tag) => ({ "If-Match": tag, "If-Unmodified-Since": httpDate(LONG_AGO.getTime() - HOUR) }),
    ],
    [
      "another, and a new If-Unmodified-Since",
      412,
      () => ({ "If-Match": '"a"', "If-Unmodified-Since": httpDate(Date.now()) }),
    ],
    [
      "an old If-Unmodified-Since alone",
      412,
      () => ({ "If-Unmodified-Since": httpDate(LONG_AGO.getTime() - HOUR) }),
    ],
  ];
  for (const [words, status, fields] of cases) {
    test(`${words}: ${status}`, async ({ folder, serve }) => {
      await folder.writeOld("ten.txt", DIGITS);
      const served = await serve();
      const response = await served.get("/ten.txt", { fields: fields(await tagOf(served, "/ten.txt")) });
      expect(response.status).toBe(status);
      expect(response.text === DIGITS).toBe(status === 200);
    });
  }

  test("the weak tag of a file written just now: 412", async ({ folder, serve }) => {
    stopTheClock();
    await folder.write("young.txt", DIGITS);
    const served = await serve();
    const tag = await tagOf(served, "/young.txt");
    expect((await served.get("/young.txt", { fields: { "If-Match": tag } })).status).toBe(412);
  });
});

describe("6. a mismatch of If-None-Match falls through to If-Modified-Since: a false 304", () => {
  for (const tags of ['"other"', 'W/"other"', "malformed", '"a", "b"', '""']) {
    test(`If-None-Match: ${tags} with a new If-Modified-Since gives the whole`, async ({ folder, serve }) => {
      await folder.writeOld("ten.txt", DIGITS);
      const fields = { "If-None-Match": tags, "If-Modified-Since": httpDate(Date.now()) };
      expectWhole(await (await serve()).get("/ten.txt", { fields }), DIGITS);
    });
  }

  test("a match with an old If-Modified-Since is 304", async ({ folder, serve }) => {
    await folder.writeOld("ten.txt", DIGITS);
    const served = await serve();
    const tag = await tagOf(served, "/ten.txt");
    const fields = { "If-None-Match": tag, "If-Modified-Since": httpDate(0) };
    expect((await served.get("/ten.txt", { fields })).status).toBe(304);
  });
});

describe("7. If-Modified-Since read by Date.parse, or in local time", () => {
  const TIME_ZONE = process.env["TZ"];

  afterEach(() => {
    if (TIME_ZONE === undefined) delete process.env["TZ"];
    else process.env["TZ"] = TIME_ZONE;
  });

  const noDates = [
    "9999",
    "2999-01-01",
    "2999-01-01T00:00:00Z",
    "2999-01-01T00:00:00.000Z",
    "Fri, 01 Jan 2999 00:00:00 +0000",
    "Fri, 01 Jan 2999 00:00:00 UTC",
    "Fri, 01 Jan 2999 00:00:00 PST",
    "01 Jan 2999 00:00:00 GMT",
    "Jan 1 2999",
    "99999999999",
    "*",
  ];
  for (const text of noDates) {
    test(`${text} is no date`, async ({ folder, serve }) => {
      await folder.writeOld("ten.txt", DIGITS);
      expectWhole(await (await serve()).get("/ten.txt", { fields: { "If-Modified-Since": text } }), DIGITS);
    });
  }

  for (const zone of ["UTC", "Asia/Tokyo", "America/New_York", "Australia/Lord_Howe"]) {
    test(`asctime is UTC on a server in ${zone}`, async ({ folder, serve }) => {
      await folder.writeOld("ten.txt", DIGITS);
      process.env["TZ"] = zone;
      const { get } = await serve();
      const since = async (time: Date | number): Promise<number> =>
        (await get("/ten.txt", { fields: { "If-Modified-Since": asctime(time) } })).status;
      expect([await since(LONG_AGO), await since(LONG_AGO.getTime() - SECOND)]).toEqual([304, 200]);
    });
  }

  test("neither tag nor Last-Modified depends on the time zone", async ({ folder, serve }) => {
    await folder.writeOld("ten.txt", DIGITS);
    const { get } = await serve();
    const validators = new Set<string>();
    for (const zone of ["UTC", "Asia/Tokyo", "America/New_York"]) {
      process.env["TZ"] = zone;
      const { field } = await get("/ten.txt");
      validators.add(`${field("etag")} ${field("last-modified")}`);
    }
    expect([...validators]).toEqual([expect.stringContaining(httpDate(LONG_AGO))]);
  });
});

describe("8. HEAD with Range answered 206, POST with If-None-Match 304, any method served", () => {
  test("HEAD with Range describes the whole", async ({ folder, serve }) => {
    await folder.writeOld("ten.txt", DIGITS);
    const connection = await RawConnection.open((await serve()).port);
    connection.send(
      requestText("/ten.txt", { method: "HEAD", fields: { Range: "bytes=0-4" } }),
      requestText("/ten.txt"),
    );
    const head = await connection.response("HEAD");
    const next = await connection.response();
    connection.close();
    expect([head.status, head.field("content-length"), head.field("content-range")]).toEqual([
      200,
      "10",
      undefined,
    ]);
    expectWhole(next, DIGITS);
  });

  for (const method of ["POST", "PUT", "DELETE", "PATCH", "TRACE"]) {
    test(`${method} with If-None-Match is 405 with Allow`, async ({ folder, serve }) => {
      await folder.writeOld("ten.txt", DIGITS);
      const served = await serve();
      for (const tag of [await tagOf(served, "/ten.txt"), "*"]) {
        const response = await served.get("/ten.txt", {
          method,
          fields: { "If-None-Match": tag, "Content-Length": "0" },
        });
        expect([response.status, response.field("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
        expect(response.text).not.toContain(DIGITS);
        expect(response.field("etag")).toBeUndefined();
      }
    });
  }

  for (const method of ["PROPFIND", "SEARCH", "PURGE"]) {
    test(`${method} is not served: 501`, async ({ folder, serve }) => {
      await folder.writeOld("ten.txt", DIGITS);
      const response = await (await serve()).get("/ten.txt", { method });
      expect(response.status).toBe(501);
      expect(response.text).not.toContain(DIGITS);
    });
  }
});

describe("9. an unknown unit answered 206 or 416", () => {
  const ignored = [
    "items=0-4",
    "items=100-",
    "seconds=0-1",
    "byte=0-4",
    "bytes 0-4",
    "bytes: 0-4",
    "0-4",
    "bytes=a-b",
  ];
  for (const range of [
    ...ignored,
    "bytes=0-4;",
    "bytes=",
    "bytes=-",
    "bytes=0-4,x",
    "bytes=0x0-0x4",
    "bytes=+0-4",
  ]) {
    test(`Range: ${range} is ignored`, async ({ folder, serve }) => {
      await folder.writeOld("ten.txt", DIGITS);
      expectWhole(await (await serve()).get("/ten.txt", { fields: { Range: range } }), DIGITS);
    });
  }
});

describe("10. lists split at commas; two field lines are one list", () => {
  /** A server of one file whose tag holds a comma. */
  const withComma: RequestListener = (request, response) =>
    void stet(memory({ "ten.txt": { content: DIGITS, entityTag: '"v1,v2"' } })).node(request, response);

  const cases: readonly (readonly [words: string, status: number, value: string | readonly string[]])[] = [
    ["the tag itself", 304, '"v1,v2"'],
    ["the tag between others", 304, '"a", "v1,v2", "b"'],
    ["its halves as two tags", 200, '"v1", "v2"'],
    ["its first half", 200, '"v1"'],
    ["on the second of two lines", 304, ['"a"', '"v1,v2"']],
    ["on the first of two lines", 304, ['"v1,v2"', '"a"']],
    ["on neither of two lines", 200, ['"a"', '"b"']],
  ];
  for (const [words, status, value] of cases) {
    test(`a tag with a comma: ${words}: ${status}`, async ({ serveApp }) => {
      const response = await request(await serveApp(withComma), "/ten.txt", {
        fields: { "If-None-Match": value },
      });
      expect(response.status).toBe(status);
    });
  }

  test("a tag isn't found inside another", async ({ folder, serve }) => {
    await folder.writeOld("ten.txt", DIGITS);
    const served = await serve();
    const tag = await tagOf(served, "/ten.txt");
    const inside = [`"a,${tag.slice(1, -1)},b"`, `"a,${tag},b"`, `"${tag.slice(1, -1)},"`];
    for (const value of inside) {
      expectWhole(await served.get("/ten.txt", { fields: { "If-None-Match": value } }), DIGITS);
    }
  });

  test("two lines of If-Match are one list", async ({ folder, serve }) => {
    await folder.writeOld("ten.txt", DIGITS);
    const served = await serve();
    const tag = await tagOf(served, "/ten.txt");
    for (const value of [
      ['"a"', tag],
      [tag, '"a"'],
    ]) {
      expectWhole(await served.get("/ten.txt", { fields: { "If-Match": value } }), DIGITS);
    }
  });

  test("two lines of Accept-Encoding are one list", async ({ folder, serve }) => {
    await folder.writeOld("a.js", "plain");
    await folder.writeOld("a.js.gz", "gzipped");
    const fields = { "Accept-Encoding": ["deflate", "gzip"] };
    expect((await (await serve()).get("/a.js", { fields })).text).toBe("gzipped");
  });

  test("two lines of a field that may stand once are no condition", async ({ folder, serve }) => {
    await folder.writeOld("ten.txt", DIGITS);
    const { get } = await serve();
    const now = httpDate(Date.now());
    expectWhole(await get("/ten.txt", { fields: { "If-Modified-Since": [now, now] } }), DIGITS);
    expectWhole(await get("/ten.txt", { fields: { Range: ["bytes=0-1", "bytes=2-3"] } }), DIGITS);
  });
});

describe("11. 304 without Cache-Control, Vary or ETag; 412 and 416 that wipe CORS fields", () => {
  const CORS = { "Access-Control-Allow-Origin": "https://app.example", "Timing-Allow-Origin": "*" };

  test("a 304 has the fields that a cache needs, by either condition", async ({ folder, serve }) => {
    await folder.writeOld("a.js", "plain");
    await folder.writeOld("a.js.gz", "gzipped");
    const served = await serve({ headers: CORS, cacheControl: "public, max-age=60" });
    const tag = await tagOf(served, "/a.js");
    for (const fields of [{ "If-None-Match": tag }, { "If-Modified-Since": httpDate(LONG_AGO) }]) {
      const { status, field, content } = await served.get("/a.js", { fields });
      expect([status, content.length]).toEqual([304, 0]);
      expect(field("cache-control")).toBe("public, max-age=60");
      expect(field("vary")).toBe("Accept-Encoding");
      expect(field("etag")).toBe(tag);
      expect(field("date")).toBeDefined();
      expect(field("access-control-allow-origin")).toBe("https://app.example");
      expect(field("content-type")).toBeUndefined();
    }
  });

  const refusals: readonly (readonly [status: number, target: string, fields: Fields, method?: string])[] = [
    [412, "/a.js", { "If-Match": '"other"' }],
    [416, "/a.js", { Range: "bytes=1000-" }],
    [404, "/missing", {}],
    [405, "/a.js", { "Content-Length": "0" }, "POST"],
  ];
  for (const [status, target, fields, method = "GET"] of refusals) {
    test(`a ${status} has the CORS fields of the policy`, async ({ folder, serve }) => {
      await folder.writeOld("a.js", "plain");
      const response = await (await serve({ headers: CORS })).get(target, { fields, method });
      expect(response.status).toBe(status);
      expect(response.field("access-control-allow-origin")).toBe("https://app.example");
      expect(response.field("timing-allow-origin")).toBe("*");
    });

    test(`a ${status} keeps the fields that the application had set`, async ({ folder, serveApp }) => {
      await folder.writeOld("a.js", "plain");
      const files = stet(folder.path);
      const port = await serveApp((incoming, response) => {
        response.setHeader("Access-Control-Allow-Origin", "https://app.example");
        response.setHeader("Vary", "Origin");
        response.setHeader("Set-Cookie", ["a=1", "b=2"]);
        void files.node(incoming, response);
      });
      const response = await request(port, target, { fields, method });
      expect(response.status).toBe(status);
      expect(response.field("access-control-allow-origin")).toBe("https://app.example");
      expect(response.field("vary")).toBe("Origin");
      expect(response.field("set-cookie")).toBe("a=1, b=2");
    });
  }
});

describe("12. Vary missing, gzip;q=0 still gzipped, br;q=1 and BR not understood, one tag for all codings", () => {
  // All of one length and one time, so that nothing but the coding tells their tags apart.
  const CODED: Readonly<Record<string, string>> = {
    identity: "as it was",
    gzip: "gzipped..",
    br: "brotli...",
  };

  async function writeVariants(folder: Folder): Promise<void> {
    await folder.writeOld("a.js", CODED["identity"] ?? "");
    await folder.writeOld("a.js.gz", CODED["gzip"] ?? "");
    await folder.writeOld("a.js.br", CODED["br"] ?? "");
  }

  const choices: readonly (readonly [accept: string | undefined, coding: string])[] = [
    [undefined, "identity"],
    ["", "identity"],
    ["identity", "identity"],
    ["gzip;q=0", "identity"],
    ["gzip;q=0, br;q=0", "identity"],
    ["gzip;q=0.000", "identity"],
    ["gzip; q=0, br; q=0.0", "identity"],
    ["*;q=0, identity", "identity"],
    ["gzip", "gzip"],
    ["x-gzip", "gzip"],
    ["GZIP", "gzip"],
    ["br;q=0, gzip", "gzip"],
    ["br;q=0.1, gzip;q=0.9", "gzip"],
    ["br;q=1", "br"],
    ["br;q=1.0", "br"],
    ["BR", "br"],
    ["gzip, br", "br"],
    ["gzip;q=0, *", "br"],
    ["deflate", "identity"],
    ["notgzip", "identity"],
    ["gzipped", "identity"],
  ];
  for (const [accept, coding] of choices) {
    test(`Accept-Encoding: ${accept ?? "(none)"} gives ${coding}, with Vary`, async ({ folder, serve }) => {
      await writeVariants(folder);
      const fields: Fields = accept === undefined ? {} : { "Accept-Encoding": accept };
      const response = await (await serve()).get("/a.js", { fields });
      expect([response.status, response.text]).toEqual([200, CODED[coding]]);
      expect(response.field("content-encoding")).toBe(coding === "identity" ? undefined : coding);
      expect(response.field("vary")).toBe("Accept-Encoding");
      expect(response.field("content-type")).toMatch(/^text\/javascript/);
    });
  }

  test("each coding has a tag of its own, its own 304 and its own parts, all with Vary", async ({
    folder,
    serve,
  }) => {
    await writeVariants(folder);
    const served = await serve();
    const tags = new Map<string, string>();
    for (const coding of Object.keys(CODED)) {
      tags.set(coding, await tagOf(served, "/a.js", { "Accept-Encoding": coding }));
    }
    expect(new Set(tags.values()).size).toBe(3);
    for (const coding of Object.keys(CODED)) {
      for (const [other, tag] of tags) {
        const fields = { "Accept-Encoding": coding, "If-None-Match": tag };
        const response = await served.get("/a.js", { fields });
        expect([response.status, response.field("vary")]).toEqual([
          other === coding ? 304 : 200,
          "Accept-Encoding",
        ]);

        const part = await served.get("/a.js", {
          fields: { "Accept-Encoding": coding, Range: "bytes=2-4", "If-Range": tag },
        });
        // The tag tells which form the range is of; one of a form that isn't accepted gets the whole file.
        const isAccepted = other === coding || other === "identity";
        const expected = isAccepted ? [206, CODED[other]?.slice(2, 5)] : [200, CODED["identity"]];
        expect([part.status, part.text, part.field("vary")]).toEqual([...expected, "Accept-Encoding"]);
      }
    }
  });
});

describe("13. //evil.example/%2e%2e/dir redirected off site", () => {
  const targets = [
    "/dir",
    "//evil.example/%2e%2e/dir",
    "//evil.example/../dir",
    "//evil.example/dir",
    "///evil.example/dir",
    "/\\evil.example/dir",
    "/\\/evil.example/dir",
    "/%5Cevil.example/dir",
    "/%2Fevil.example/dir",
    "/evil.example/dir",
    "/evil.example",
    "/.//evil.example/dir",
    "/%09/evil.example/dir",
    "/dir?next=//evil.example/",
    "/dir?%0d%0aLocation:%20//evil.example",
    "/dir%0d%0aLocation:%20//evil.example",
    "http://evil.example/dir",
    "http:\\\\evil.example\\dir",
    "https://evil.example//evil.example/dir",
    "/dir/../dir",
    "/dir/..//evil.example",
    "/javascript:alert(1)",
    "/https:",
  ];

  async function writeFolders(folder: Folder): Promise<void> {
    for (const name of ["dir", "evil.example/dir", "javascript:alert(1)", "https:"]) {
      await mkdir(folder.to(name), { recursive: true });
    }
  }

  /** Fails where a client that asked for any of the targets would be led elsewhere. */
  async function expectOnOrigin(port: number): Promise<number> {
    const origin = `http://127.0.0.1:${port}`;
    let redirects = 0;
    for (const target of targets) {
      const { status, field } = await request(port, target);
      expect([301, 400, 404]).toContain(status);
      const location = field("location");
      if (location === undefined) continue;
      expect([target, status, new URL(location, `${origin}/base/page`).origin]).toEqual([
        target,
        301,
        origin,
      ]);
      // A relative reference, in whatever directory the client believes itself: neither a scheme nor a host.
      expect(location).toMatch(/^[!-9;->@-~]+(?:\?[!-~]*)?$/);
      expect(location).not.toMatch(/^[/\\]/);
      redirects++;
    }
    return redirects;
  }

  test("from the root", async ({ folder, serve }) => {
    await writeFolders(folder);
    expect(await expectOnOrigin((await serve()).port)).toBeGreaterThanOrEqual(5);
  });

  test("below a prefix", async ({ folder, serve }) => {
    await writeFolders(folder);
    expect(await expectOnOrigin((await serve({ prefix: "/evil.example" })).port)).toBeGreaterThanOrEqual(1);
  });

  test("where a framework took off a first segment that matches anything", async ({ folder, serveApp }) => {
    await writeFolders(folder);
    const files = stet(folder.path);
    const port = await serveApp((incoming, response) => void files.node(mounted(incoming), response));
    expect(await expectOnOrigin(port)).toBeGreaterThanOrEqual(1);
  });

  /** As Express does for `app.use("/:site", …)`. */
  function mounted(incoming: IncomingMessage): IncomingMessage {
    const original = incoming.url ?? "/";
    const rest = original.replace(/^\/*[^/?]*/, "");
    return Object.assign(incoming, { originalUrl: original, url: rest.startsWith("/") ? rest : `/${rest}` });
  }
});

describe("14. %2F, %5C, //, /./ and /../ read differently by the router and by the file server", () => {
  const SECRET = "for administrators only";
  const spellings = [
    "//admin/secret.txt",
    "/./admin/secret.txt",
    "/admin/./secret.txt",
    "/admin//secret.txt",
    "/public/../admin/secret.txt",
    "/public/..//admin/secret.txt",
    "/public/%2e%2e/admin/secret.txt",
    "/public/.%2e/admin/secret.txt",
    "/public/..%2Fadmin/secret.txt",
    "/public%2F..%2Fadmin%2Fsecret.txt",
    "/%2Fadmin/secret.txt",
    "/%2e/admin/secret.txt",
    "/admin%2Fsecret.txt",
    "/admin%2fsecret.txt",
    "/admin%5Csecret.txt",
    "/admin%5csecret.txt",
    "/admin\\secret.txt",
    "/\\admin\\secret.txt",
    "/public\\..\\admin\\secret.txt",
    "/public/..\\admin/secret.txt",
    "/public/..%5Cadmin/secret.txt",
    "/admin%252Fsecret.txt",
    "/%2561dmin/secret.txt",
    "/admin;/secret.txt",
    "/admin%00/secret.txt",
    "/admin./secret.txt",
    "/admin%20/secret.txt",
    "/admin\t/secret.txt",
    "/admin#/secret.txt",
    "/public/../admin/secret.txt/",
    "/admin/secret.txt/.",
    "?/../admin/secret.txt",
  ];

  /** Guards as applications write them: by what the request says, and by what a URL makes of it. */
  const guards: Readonly<Record<string, (target: string) => boolean>> = {
    "the target as sent": (target) => /^\/admin(?:\/|$)/.test(target),
    "the path of a URL": (target) => /^\/admin(?:\/|$)/.test(new URL(target, "http://localhost").pathname),
  };
  for (const [words, isGuarded] of Object.entries(guards)) {
    test(`no spelling passes a guard that reads ${words}`, async ({ folder, serveApp }) => {
      await folder.writeOld("admin/secret.txt", SECRET);
      await folder.writeOld("public/page.txt", "page");
      const files = stet(folder.path);
      const port = await serveApp((incoming, response) => {
        if (!isGuarded(incoming.url ?? "/")) return void files.node(incoming, response);
        response.statusCode = 401;
        response.end();
      });
      for (const target of spellings) {
        const response = await request(port, target);
        expect([target, response.text]).toEqual([target, expect.not.stringContaining(SECRET)]);
        // A redirect is asked again, and so guarded again, by the canonical path.
        const { pathname } = new URL(response.field("location") ?? "", new URL(target, "http://localhost"));
        const guardedNext = response.status === 301 && isGuarded(pathname);
        expect([target, guardedNext || [400, 401, 404].includes(response.status)]).toEqual([target, true]);
      }
      expect((await request(port, "/public/page.txt")).text).toBe("page");
      expect((await request(port, "/admin/secret.txt")).status).toBe(401);
    });
  }

  test("a target that isn't canonical is refused, never repaired or redirected", async ({
    folder,
    serve,
  }) => {
    await folder.writeOld("a/b.txt", "found");
    const { get } = await serve();
    const repairs = ["//a/b.txt", "/a//b.txt", "/x/../a/b.txt", "/a%2Fb.txt", "/a%5Cb.txt", "/a\\b.txt"];
    for (const target of [
      ...repairs,
      "/a/../a/b.txt",
      "/%2e/a/b.txt",
      "/a/b.txt%00",
      "/a/%zz",
      "/a/%C0%AE/b.txt",
    ]) {
      expect([target, (await get(target)).status]).toEqual([target, 400]);
    }
    expect((await get("/a/b.txt")).text).toBe("found");
  });
});

describe("15. /srv/pub matching /srv/pub-secret; a mount prefix without a segment boundary", () => {
  test("a link to a neighbour whose name begins like the root's isn't followed", async ({
    folder,
    serve,
  }) => {
    await folder.writeOld("pub/page.txt", "page");
    await folder.writeOld("pub-secret/secret.txt", "secret");
    symlinkSync(folder.to("pub-secret"), folder.to("pub/neighbour"));
    symlinkSync("../pub-secret/secret.txt", folder.to("pub/secret.txt"));
    const { get } = await serve({ list: true }, folder.to("pub"));
    expect((await get("/page.txt")).text).toBe("page");
    for (const target of [
      "/neighbour/secret.txt",
      "/neighbour/",
      "/neighbour",
      "/secret.txt",
      "/-secret/secret.txt",
    ]) {
      expect([target, (await get(target)).status]).toEqual([target, 404]);
    }
  });

  test("a prefix ends at a segment", async ({ folder, serve }) => {
    await folder.writeOld("page.txt", "page");
    await folder.writeOld("-secret/page.txt", "secret");
    const { get } = await serve({ prefix: "/static" });
    expect((await get("/static/page.txt")).text).toBe("page");
    const outside = [
      "/static-secret/page.txt",
      "/staticpage.txt",
      "/static.txt",
      "/page.txt",
      "/STATIC/page.txt",
    ];
    for (const target of outside) expect([target, (await get(target)).status]).toEqual([target, 404]);
  });
});

describe("16. names with spaces, %, #, ? and letters of every script", () => {
  const names = [
    "sp ace.txt",
    "a%b.txt",
    "a#b.txt",
    "a?b.txt",
    "ü.txt",
    "報告書.txt",
    "😀.txt",
    "a+b.txt",
    "a;b,c=d&e.txt",
  ];
  names.push(
    "100%.txt",
    "%2e%2e.txt",
    "q'uo\"te.txt",
    "ü".normalize("NFD") + "-decomposed.txt",
    "[a]{b}|^`.txt",
    "12:30.txt",
  );
  for (const name of names) {
    test(`${name} is found`, async ({ folder, serve }) => {
      await folder.writeOld(name, DIGITS);
      expectWhole(await (await serve()).get(`/${encodeURIComponent(name)}`), DIGITS);
    });
  }

  test("raw bytes and lone percent signs are refused, and the process lives", async ({ folder, serve }) => {
    await folder.writeOld("ü.txt", DIGITS);
    const { get } = await serve();
    const raw = Buffer.from("/ü.txt").toString("latin1");
    for (const target of [raw, "/\u00fc.txt", "/100%.txt", "/%", "/%F", "/%fc.txt"]) {
      expect([target, (await get(target)).status]).toEqual([target, 400]);
    }
    expectWhole(await get("/%C3%BC.txt"), DIGITS);
  });

  for (const name of ["ü ber", "報告", "a%b", "a?b#c", "a\"b'c"]) {
    test(`the folder ${name} is redirected, in ASCII, to where it is`, async ({ folder, serve }) => {
      await folder.writeOld(`${name}/index.html`, "index");
      const { get } = await serve();
      const { status, field } = await get(`/${encodeURIComponent(name)}`);
      expect([status, field("location")]).toEqual([301, expect.stringMatching(/^[!-~]+\/$/)]);
      expect((await get(`/${field("location")}`)).text).toBe("index");
    });
  }

  const saved: readonly (readonly [as: string, ascii: string])[] = [
    ["Übersicht – 報告.pdf", "Ubersicht - _.pdf"],
    ["€ rates.pdf", "EUR rates.pdf"],
    ["報告.pdf", "download.pdf"],
  ];
  for (const [as, ascii] of saved) {
    test(`saved as ${as}: in ASCII, and in full beside it`, async ({ folder, serveApp }) => {
      await folder.writeOld("a.pdf", DIGITS);
      const files = stet(folder.path);
      const port = await serveApp(
        (incoming, response) => void files.send(incoming, response, "a.pdf", { as }),
      );
      const { status, field } = await request(port, "/");
      const extended = encodeURIComponent(as).replaceAll(/[()'*]/g, "");
      expect(status).toBe(200);
      expect(field("content-disposition")).toBe(
        `attachment; filename="${ascii}"; filename*=UTF-8''${extended}`,
      );
    });
  }

  test("a name can't end its field or begin another", async ({ folder, serveApp }) => {
    await folder.writeOld("a.pdf", DIGITS);
    const files = stet(folder.path);
    const as = 'a"; filename="evil.exe\r\nSet-Cookie: a=b\r\n\r\n../../x.pdf';
    const port = await serveApp((incoming, response) => void files.send(incoming, response, "a.pdf", { as }));
    const { status, field } = await request(port, "/");
    expect([status, field("set-cookie")]).toEqual([200, undefined]);
    expect(field("content-disposition")).toMatch(/^attachment; filename="x\.pdf"$/);
  });
});

describe("17. twenty aborted downloads leave twenty descriptors; one leaks for each 304", () => {
  test("twenty aborted downloads leave none", async ({ folder, serve }) => {
    await folder.writeSparse("large", 64 << 20);
    const { port } = await serve();
    const connections = await Promise.all(Array.from({ length: 20 }, () => RawConnection.open(port)));
    for (const connection of connections) {
      connection.send(requestText("/large"));
      await connection.head();
    }
    expect(countDescriptorsBelow(folder.path)).toBe(20);
    for (const connection of connections) connection.close();
    await expect.poll(() => countDescriptorsBelow(folder.path)).toBe(0);
  });

  test("a hundred 304s leave none", async ({ folder, serve }) => {
    await folder.writeOld("ten.txt", DIGITS);
    const served = await serve();
    const tag = await tagOf(served, "/ten.txt");
    const connection = await RawConnection.open(served.port);
    for (let index = 0; index < 100; index++) {
      expect((await connection.request("/ten.txt", { fields: { "If-None-Match": tag } })).status).toBe(304);
    }
    connection.close();
    await expect.poll(() => countDescriptorsBelow(folder.path)).toBe(0);
  });
});

describe("18. a file truncated while it is sent leaves the connection open with bytes owed", () => {
  test("the connection is closed, short of what was promised", async ({ folder, serve }) => {
    await folder.writeOld("large", Buffer.alloc(32 << 20, "a"));
    const connection = await RawConnection.open((await serve()).port);
    connection.send(requestText("/large"));
    const head = await connection.head();
    expect(head.field("content-length")).toBe(String(32 << 20));
    truncateSync(folder.to("large"), 1 << 20);
    // It ends, or the connection's own limit on silence fails the test.
    const content = await connection.read(32 << 20);
    expect(content.length).toBeLessThan(32 << 20);
    expect(content.equals(Buffer.alloc(content.length, "a"))).toBe(true);
  });
});

describe("19. the parent is read for each request: 20 ms in a folder of 20,000", () => {
  test("a file costs the same in a folder of 20,000 as in one of two", async ({ folder, serve }) => {
    for (const name of ["large", "small"]) mkdirSync(folder.to(name));
    for (let index = 0; index < 20_000; index++) writeFileSync(folder.to(`large/${index}.txt`), "");
    for (const name of ["large", "small"]) await folder.writeOld(`${name}/file.txt`, DIGITS);
    const connection = await RawConnection.open((await serve()).port);
    const times: Record<"large" | "small", number[]> = { large: [], small: [] };
    for (let index = 0; index < 100; index++) {
      for (const name of ["large", "small"] as const) {
        const started = performance.now();
        await connection.request(`/${name}/file.txt`);
        await connection.request(`/${name}/missing.txt`);
        times[name].push(performance.now() - started);
      }
    }
    connection.close();
    // Reading so many names takes at least 10 ms each time. The quickest of a hundred requests is the one that nothing else on the
    // machine has held up.
    expect(Math.min(...times.large)).toBeLessThan(Math.min(...times.small) * 2 + 3);
  });
});

describe("20. a FIFO or a device as a file blocks the thread pool", () => {
  test("sixteen requests for a FIFO and its like don't keep a file waiting", async ({ folder, serve }) => {
    execFileSync("mkfifo", [folder.to("pipe"), folder.to("page.txt.gz")]);
    await folder.writeOld("page.txt", DIGITS);
    const { port, get } = await serve();
    const asked = Array.from({ length: 16 }, () => request(port, "/pipe"));
    // Its gzipped sibling is a FIFO too.
    expectWhole(await get("/page.txt", { fields: { "Accept-Encoding": "gzip" } }), DIGITS);
    // One that waits for a writer waits for ever.
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(
      Array.from({ length: 16 }, () => 404),
    );
  });

  test("devices are not there", async ({ serve }) => {
    const { get } = await serve({}, "/dev");
    for (const target of ["/null", "/zero", "/full", "/random", "/tty"]) {
      expect([target, (await get(target)).status]).toEqual([target, 404]);
    }
  });
});

describe("21. symbolic links out of the root are served; so is .git/config", () => {
  test("a link out is not there, one that stays inside is", async ({ folder, serve }) => {
    await folder.writeOld("outside.txt", "secret");
    await folder.writeOld("root/page.txt", DIGITS);
    symlinkSync(folder.to("outside.txt"), folder.to("root/absolute.txt"));
    symlinkSync("../outside.txt", folder.to("root/relative.txt"));
    symlinkSync("/etc", folder.to("root/etc"));
    symlinkSync("page.txt", folder.to("root/inside.txt"));
    const { get } = await serve({}, folder.to("root"));
    for (const target of ["/absolute.txt", "/relative.txt", "/etc/passwd", "/etc/", "/etc"]) {
      expect([target, (await get(target)).status]).toEqual([target, 404]);
    }
    expectWhole(await get("/inside.txt"), DIGITS);
  });

  test("what begins with a dot is hidden, but .well-known isn't", async ({ folder, serve }) => {
    const hidden = [
      ".git/config",
      ".env",
      "a/.htpasswd",
      ".well-known/.secret",
      "a/.well-known/b",
      "..hidden/a",
    ];
    for (const name of [...hidden, ".well-known/security.txt"]) await folder.writeOld(name, DIGITS);
    const { get } = await serve({ list: true });
    for (const name of hidden) expect([name, (await get(`/${name}`)).status]).toEqual([name, 404]);
    for (const target of ["/%2egit/config", "/.git/", "/.git"]) expect((await get(target)).status).toBe(404);
    expect((await get("/")).text).not.toMatch(/\.git|\.env/);
    expectWhole(await get("/.well-known/security.txt"), DIGITS);
  });
});

describe("22. a runtime that applies Range by itself, and drops the length of streams", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  /** Every look at the runtime's own files fails. */
  function stubBun(): void {
    const refuse = (): never => {
      throw new Error("a file of the runtime's own");
    };
    vi.stubGlobal("Bun", { version: "1.4.0", file: refuse, serve: refuse });
  }

  const cases: readonly (readonly [words: string, status: number, fields: Record<string, string>])[] = [
    ["without Range", 200, {}],
    ["with Range", 206, { Range: "bytes=10-19" }],
    ["with a Range to be ignored", 200, { Range: "bytes=10-19", "If-Range": '"other"' }],
    ["with a unit that is unknown", 200, { Range: "items=10-19" }],
  ];
  for (const [words, status, fields] of cases) {
    for (const length of [1000, 300_000]) {
      test(`a Response for ${length} bytes ${words} tells all by itself: ${status}`, async ({ folder }) => {
        const content = Buffer.from(Array.from({ length }, (_, index) => index % 251));
        await folder.writeOld("file", content);
        stubBun();
        const response = await stet(folder.path).fetch(
          new Request("http://localhost/file", { headers: fields }),
        );
        const expected = status === 206 ? content.subarray(10, 20) : content;
        expect(response.status).toBe(status);
        expect(response.headers.get("content-length")).toBe(String(expected.length));
        expect(response.headers.get("content-range")).toBe(status === 206 ? `bytes 10-19/${length}` : null);
        expect(Buffer.from(await response.arrayBuffer()).equals(expected)).toBe(true);
      });
    }
  }
});

describe("23. X-Sendfile-Type or X-Accel-Mapping believed from the client (CVE-2025-61780)", () => {
  const believed: readonly Fields[] = [
    { "X-Sendfile-Type": "X-Accel-Redirect", "X-Accel-Mapping": "/=/secret/" },
    { "X-Sendfile-Type": "X-Sendfile" },
    { "X-Sendfile-Type": "X-Lighttpd-Send-File" },
    { "X-Accel-Redirect": "/secret/file", "X-Sendfile": "/etc/passwd" },
    {
      "X-Accel-Buffering": "no",
      "X-Forwarded-Prefix": "/secret",
      "X-Original-URL": "/other.txt",
      "X-Rewrite-URL": "/other.txt",
    },
    { "X-HTTP-Method-Override": "DELETE" },
  ];
  for (const fields of believed) {
    test(`${Object.keys(fields).join(" and ")} change nothing`, async ({ folder, serve }) => {
      await folder.writeOld("ten.txt", DIGITS);
      await folder.writeOld("other.txt", "other");
      const { get } = await serve();
      const plain = await get("/ten.txt");
      const response = await get("/ten.txt", { fields });
      expectWhole(response, DIGITS);
      const names = ({ head }: RawResponse): string[] => head.lines.map(([name]) => name);
      expect(names(response)).toEqual(names(plain));
      expect(names(response).filter((name) => /accel|sendfile/.test(name))).toEqual([]);
    });
  }
});

describe("24. Range abuse: CVE-2011-3192 and its children", () => {
  const LENGTH = 100_000;
  const CONTENT = Buffer.from(Array.from({ length: LENGTH }, (_, index) => index % 251));

  async function serveLarge(folder: Folder, serve: () => Promise<Served>): Promise<Served> {
    await folder.writeOld("file.bin", CONTENT);
    return serve();
  }

  const attacks: readonly (readonly [words: string, range: string])[] = [
    [
      "the killer of Apache",
      `bytes=0-,${Array.from({ length: 1300 }, (_, index) => `5-${index}`).join(",")}`,
    ],
    ["thirteen hundred times everything", `bytes=${"0-,".repeat(1300)}0-`],
    [
      "a thousand ranges far apart",
      `bytes=${Array.from({ length: 1000 }, (_, i) => `${i * 100}-${i * 100}`).join(",")}`,
    ],
    ["a thousand last bytes", `bytes=${"-1,".repeat(1000)}-1`],
    [
      "sixty-four overlapping halves",
      `bytes=${Array.from({ length: 64 }, (_, i) => `${i}-50000`).join(",")}`,
    ],
    ["three times the whole", "bytes=0-99999,0-99999,0-99999"],
    ["commas", `bytes=${",".repeat(10_000)}0-0`],
  ];
  for (const [words, range] of attacks) {
    test(`${words}: never more than the file and 4 KiB, and with little work`, async ({ folder, serve }) => {
      const { get } = await serveLarge(folder, serve);
      const before = process.cpuUsage();
      const response = await get("/file.bin", { fields: { Range: range } });
      expect(response.complete).toBe(true);
      expect([200, 206]).toContain(response.status);
      expect(response.content.length).toBeLessThanOrEqual(LENGTH + 4096);
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1000).toBeLessThan(1000);
    });
  }

  test("parts whose heads outweigh what they leave out: the whole", async ({ folder, serve }) => {
    await folder.writeOld("file.bin", CONTENT);
    const { get } = await serve({ type: () => `application/x-${"long".repeat(50)}` });
    // Sixty gaps of eighty bytes are left out, and each costs a head of three hundred.
    const range = `bytes=${Array.from({ length: 60 }, (_, i) => `${i * 1600}-${i * 1600 + 1519}`).join(",")},96000-`;
    const response = await get("/file.bin", { fields: { Range: range } });
    expect([response.status, response.content.equals(CONTENT)]).toEqual([200, true]);
  });

  test("more than 64 ranges give the whole", async ({ folder, serve }) => {
    const { get } = await serveLarge(folder, serve);
    const range = `bytes=${Array.from({ length: 65 }, (_, index) => `${index * 1000}-${index * 1000}`).join(",")}`;
    const response = await get("/file.bin", { fields: { Range: range } });
    expect([response.status, response.content.equals(CONTENT)]).toEqual([200, true]);
  });

  test("ranges that overlap or are nearer than 80 bytes are joined", async ({ folder, serve }) => {
    const { get } = await serveLarge(folder, serve);
    for (const range of [
      "bytes=0-99,50-199",
      "bytes=0-99,179-199",
      "bytes=150-199,0-120",
      "bytes=0-99,100-199",
    ]) {
      const response = await get("/file.bin", { fields: { Range: range } });
      expect([range, response.status, response.field("content-range")]).toEqual([
        range,
        206,
        "bytes 0-199/100000",
      ]);
      expect(response.content.equals(CONTENT.subarray(0, 200))).toBe(true);
    }
  });

  test("the boundary is drawn anew each time", async ({ folder, serve }) => {
    const { get } = await serveLarge(folder, serve);
    const boundaries = new Set<string | undefined>();
    for (let index = 0; index < 20; index++) {
      const response = await get("/file.bin", { fields: { Range: "bytes=0-9,1000-1009" } });
      boundaries.add(/boundary=([0-9a-z]{16,70})$/.exec(response.field("content-type") ?? "")?.[1]);
    }
    expect(boundaries.size).toBe(20);
    expect(boundaries).not.toContain(undefined);
  });

  test("whatever is asked for: exact bytes, and no more than the file and 4 KiB", async ({
    folder,
    serve,
  }) => {
    const connection = await RawConnection.open((await serveLarge(folder, serve)).port);
    const spec = fc.oneof(
      fc
        .tuple(fc.nat(LENGTH + 10), fc.nat(LENGTH + 10))
        .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
      fc.nat(LENGTH + 10).map((first) => `${first}-`),
      fc.nat(LENGTH + 10).map((suffix) => `-${suffix}`),
      fc.nat(LENGTH).map((first) => `${first}-${first + 5}`),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(spec, { minLength: 1, maxLength: 70 }), async (specs) => {
        const response = await connection.request("/file.bin", {
          fields: { Range: `bytes=${specs.join(",")}` },
        });
        expect(response.complete).toBe(true);
        expect(response.content.length).toBeLessThanOrEqual(LENGTH + 4096);
        expectPartsOf(response, CONTENT);
      }),
      { numRuns: 100 },
    );
    connection.close();
  });
});

/** Fails unless a 200 is the whole, and each part of a 206 stands where its Content-Range says. */
function expectPartsOf(response: RawResponse, whole: Buffer): void {
  if (response.status === 416) return;
  const boundary = /^multipart\/byteranges; boundary=(\S+)$/.exec(response.field("content-type") ?? "")?.[1];
  if (boundary === undefined) {
    const [, first = "0", last = String(whole.length - 1)] =
      /^bytes (\d+)-(\d+)\//.exec(response.field("content-range") ?? "") ?? [];
    expect(response.status).toBe(response.field("content-range") === undefined ? 200 : 206);
    expect(response.content.equals(whole.subarray(Number(first), Number(last) + 1))).toBe(true);
    return;
  }
  expect([response.status, response.field("content-range")]).toEqual([206, undefined]);
  const [preamble, ...parts] = response.text.split(`\r\n--${boundary}`);
  expect([preamble, parts.pop()]).toEqual(["", "--\r\n"]);
  for (const part of parts) {
    const end = part.indexOf("\r\n\r\n");
    const [head, content] = [part.slice(0, end), part.slice(end + 4)];
    const [, first, last] = /\r\nContent-Range: bytes (\d+)-(\d+)\/100000$/i.exec(head) ?? [];
    expect(content).toBe(whole.toString("latin1", Number(first), Number(last) + 1));
  }
}

describe("25. a Last-Modified after Date; a strong tag that survives a rewrite within its second", () => {
  test("a file from the future was last modified no later than now", async ({ folder, serve }) => {
    await folder.write("future.txt", DIGITS, new Date(Date.now() + 24 * HOUR));
    const { status, field } = await (await serve()).get("/future.txt");
    expect(status).toBe(200);
    expect(Date.parse(field("last-modified") ?? "")).toBeLessThanOrEqual(Date.parse(field("date") ?? ""));
    expect(field("etag")).toMatch(/^W\//);
  });

  test("a file of the same size, rewritten at once, never keeps a strong tag", async ({ folder, serve }) => {
    const served = await serve();
    for (let round = 0; round < 20; round++) {
      await folder.write("young.txt", "first");
      const first = await tagOf(served, "/young.txt");
      await folder.write("young.txt", "other");
      const fields = { Range: "bytes=0-1", "If-Range": first };
      const response = await served.get("/young.txt", { fields });
      expectWhole(response, "other");
      expect(first.startsWith("W/") || response.field("etag") !== first).toBe(true);
    }
  });

  test("two versions of one second and one size have different strong tags", async ({ folder, serve }) => {
    const served = await serve();
    const tags: string[] = [];
    for (const milliseconds of [100, 101, 900]) {
      const modified = new Date(Math.floor(LONG_AGO.getTime() / SECOND) * SECOND + milliseconds);
      await folder.write("old.txt", DIGITS, modified);
      await utimes(folder.to("old.txt"), modified, modified);
      tags.push(await tagOf(served, "/old.txt"));
    }
    expect(new Set(tags).size).toBe(3);
    expect(tags.filter((tag) => tag.startsWith("W/"))).toEqual([]);
  });

  test("the tag is strong once the file is two seconds old", async ({ folder, serve }) => {
    stopTheClock();
    await folder.write("a.txt", DIGITS, new Date(Date.now() - 1000));
    await folder.write("b.txt", DIGITS, new Date(Date.now() - 3000));
    const served = await serve();
    expect(await tagOf(served, "/a.txt")).toMatch(/^W\//);
    expect(await tagOf(served, "/b.txt")).toMatch(/^"/);
  });
});
