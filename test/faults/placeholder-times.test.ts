import { createHash } from "node:crypto";
import { utimesSync } from "node:fs";
import { open } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { nginx, redirect } from "../../src/deliveries.ts";
import { files, type FilesOptions, memory, stet, type Stet, type StetOptions } from "../../src/index.ts";
import { zip } from "../../src/zip.ts";
import { Folder, LONG_AGO } from "../support/folder.ts";
import { listen } from "../support/listen.ts";
import { makeZip } from "../support/make-zip.ts";
import { type Fields, type RawResponse, request } from "../support/raw-connection.ts";
import { stopTheClock } from "../support/stop-the-clock.ts";

let folder: Folder;

beforeEach(async () => {
  folder = await Folder.make();
});

afterEach(() => folder.remove());

/** The time that a tool gives to all files of all versions. */
const TIMES: Readonly<Record<string, Date>> = {
  "the epoch (Bazel's rules_docker, ko, Deno Deploy)": new Date(0),
  "a second after the epoch (Nix, Guix, jib)": new Date(1000),
  "1979-11-30 (a .zip without a date)": new Date("1979-11-30T00:00:00Z"),
  "1980-01-01 in New Zealand (a .zip's first date)": new Date("1979-12-31T11:00:00Z"),
  "1980-01-01 in California": new Date("1980-01-01T08:00:00Z"),
  "1980-01-01T00:00:01Z (buildpacks, App Engine)": new Date("1980-01-01T00:00:01Z"),
  "1980-02-01 (Gradle)": new Date("1980-02-01T00:00:00Z"),
  "1985-10-26T08:15:00Z (npm)": new Date("1985-10-26T08:15:00Z"),
  "2000-01-01 (Bazel's rules_pkg)": new Date("2000-01-01T00:00:00Z"),
};

/** A time that a file can really have. */
const ANY_ONE_TIME = new Date("2024-03-10T10:00:00Z");

const SMALL = 2000;
/** More than is kept in memory. */
const LARGE = 400_000;

/** Two versions of a file, of one length. */
function versionOf(name: "old" | "new", length: number): string {
  return `${name} line\n`.repeat(Math.ceil(length / 9)).slice(0, length);
}

async function serve(site: Stet): Promise<(target: string, fields?: Fields) => Promise<RawResponse>> {
  const { port, close } = await listen(site.node);
  onTestFinished(close);
  return (target, fields = {}) => request(port, target, { fields });
}

/** Waits until a file isn't so young any more that its entity tag is weak. */
function untilStrong(get: () => Promise<RawResponse>): Promise<RawResponse> {
  return vi.waitFor(
    async () => {
      const response = await get();
      expect(response.field("etag")).toMatch(/^"/);
      return response;
    },
    { timeout: 20_000 },
  );
}

/** A client has the old version whole, another one its beginning; then the new version is deployed, with the same time. */
async function expectNoMixture(length: number, time: Date, options: StetOptions): Promise<void> {
  await folder.write("a.txt", versionOf("old", length), time);
  const get = await serve(stet(folder.path, options));
  const old = await untilStrong(() => get("/a.txt"));
  expect(old.text).toBe(versionOf("old", length));
  const tag = old.field("etag") ?? "";
  // What a client has for a date: it need not be one that stet has told.
  const date = old.field("last-modified") ?? time.toUTCString();

  await folder.replace("a.txt", versionOf("new", length), time);
  const asked: readonly Fields[] = [
    { "If-None-Match": tag },
    { "If-Modified-Since": date },
    { "If-None-Match": tag, "If-Modified-Since": date },
    { Range: "bytes=1000-", "If-Range": tag },
    { Range: "bytes=1000-", "If-Range": date },
  ];
  // The first while the new version is young, the others when it is not, and when it is kept.
  for (const isOld of [false, true, true]) {
    if (isOld) expect((await untilStrong(() => get("/a.txt"))).text).toBe(versionOf("new", length));
    for (const fields of asked) {
      const { status, text } = await get("/a.txt", fields);
      expect([fields, status, text.slice(0, 8)]).toEqual([fields, 200, "new line"]);
      expect(text).toBe(versionOf("new", length));
    }
  }
}

describe("two versions of one length whose time says nothing", () => {
  it.each(Object.entries(TIMES))("are never taken for one: %s", async (_, time) => {
    await expectNoMixture(SMALL, time, {});
  });

  it.each([
    ["a large file", LARGE, {}],
    ["nothing is kept", SMALL, { cache: false }],
    ["a large file, nothing is kept", LARGE, { cache: false }],
    ["the thread pool reads", LARGE, { blocking: false }],
  ] as const)("are never taken for one: %s", async (_, length, options) => {
    await expectNoMixture(length, new Date(1000), options);
  });

  it.each([SMALL, LARGE])("are told apart at any time by entityTags: %d bytes", async (length) => {
    await expectNoMixture(length, ANY_ONE_TIME, { entityTags: "content" });
  });
});

/** The tag that every machine gives to a content. */
function tagOf(content: string | Uint8Array, coding = ""): string {
  return `"${createHash("sha256").update(content).digest("hex").slice(0, 32)}${coding}"`;
}

describe("an entity tag by content", () => {
  it.each([SMALL, LARGE])(
    "is the hash of the content, whatever the file's time: %d bytes",
    async (length) => {
      const content = versionOf("old", length);
      await folder.write("placeholder.txt", content, new Date(1000));
      await folder.write("dated.txt", content, LONG_AGO);
      const get = await serve(stet(folder.path));
      const all = await serve(stet(folder.path, { entityTags: "content" }));
      const told = [];
      for (const [ask, target] of [
        [get, "/placeholder.txt"],
        [all, "/placeholder.txt"],
        [all, "/dated.txt"],
      ] as const) {
        const response = await untilStrong(() => ask(target));
        told.push([response.field("etag"), response.field("last-modified")]);
      }
      expect(told).toEqual([1, 2, 3].map(() => [tagOf(content), undefined]));
      expect((await get("/dated.txt")).field("last-modified")).toBe("Sun, 10 Mar 2024 10:00:00 GMT");
    },
  );

  it.each([SMALL, LARGE])("answers 304, 206 and 412 as every other: %d bytes", async (length) => {
    const content = versionOf("old", length);
    await folder.write("a.txt", content, new Date(1000));
    for (const options of [{}, { cache: false }] as const) {
      const get = await serve(stet(folder.path, options));
      const tag = (await untilStrong(() => get("/a.txt"))).field("etag") ?? "";
      for (let round = 0; round < 2; round++) {
        const kept = await get("/a.txt", { "If-None-Match": tag });
        expect([kept.status, kept.field("etag"), kept.text]).toEqual([304, tag, ""]);
        const part = await get("/a.txt", { Range: "bytes=5-13", "If-Range": tag });
        expect([part.status, part.text]).toEqual([206, content.slice(5, 14)]);
        expect((await get("/a.txt", { "If-Match": tag })).text).toBe(content);
        expect((await get("/a.txt", { "If-Match": '"other"' })).status).toBe(412);
        // There is no date to compare with. @see RFC 9110 §13.1.4
        expect((await get("/a.txt", { "If-Unmodified-Since": new Date(0).toUTCString() })).status).toBe(200);
      }
    }
  });

  it("is strong at once for a small file, which is sent as it was hashed, and weak for a young large one", async () => {
    stopTheClock();
    await folder.write("small.txt", "small", new Date(1000));
    await folder.write("large.txt", versionOf("old", LARGE), new Date(1000));
    const get = await serve(stet(folder.path));
    expect((await get("/small.txt")).field("etag")).toBe(tagOf("small"));
    expect((await get("/large.txt")).field("etag")).toMatch(/^W\/".*-young"$/);
  });

  it("is another one for each content coding, also where two have the same bytes", async () => {
    for (const name of ["a.txt", "a.txt.br", "a.txt.gz"])
      await folder.write(name, "the same", new Date(1000));
    const get = await serve(stet(folder.path));
    const tags = [];
    for (const coding of ["identity", "br", "gzip"]) {
      const response = await get("/a.txt", { "Accept-Encoding": coding });
      tags.push([response.field("content-encoding"), response.field("etag")]);
    }
    expect(tags).toEqual([
      [undefined, tagOf("the same")],
      ["br", tagOf("the same", "-br")],
      ["gzip", tagOf("the same", "-gzip")],
    ]);
  });

  it("is told of an open file, too", async () => {
    await folder.write("a.txt", versionOf("old", LARGE), new Date(1000));
    const site = stet(folder.path);
    const etag = async (): Promise<unknown> => {
      const handle = await open(folder.to("a.txt"));
      const response = await site.send(new Request("http://localhost/"), handle, { as: "a.txt" });
      await response.arrayBuffer();
      return response.headers.get("etag");
    };
    await expect.poll(etag, { timeout: 20_000 }).toBe(tagOf(versionOf("old", LARGE)));
  });

  it("is asked of a file that another process writes to all the time, and gets an answer", async () => {
    await folder.write("a.log", "x".repeat(LARGE), LONG_AGO);
    const get = await serve(stet(folder.path, { entityTags: "content" }));
    let isWriting = true;
    const writer = (async () => {
      for (let count = 0; isWriting; count += 1) {
        const handle = await open(folder.to("a.log"), "r+");
        await handle.write(String(count % 10), 0);
        await handle.close();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    for (let count = 0; count < 20; count += 1) {
      expect((await get("/a.log", { Range: "bytes=0-0" })).status).toBe(206);
    }
    isWriting = false;
    await writer;
  });
});

describe("an archive whose time says nothing", () => {
  const archive = (content: string): Buffer =>
    makeZip([{ name: "a.txt", content, dosDate: 0x21, dosTime: 0 }]);

  it.each([
    ["placeholder", new Date(1000), {}],
    ["entityTags", ANY_ONE_TIME, { entityTags: "content" }],
  ] as const)("has its versions told apart: %s", async (_, time, options) => {
    await folder.write("site.zip", archive("old content"), time);
    const get = await serve(stet(zip(folder.to("site.zip"), options), { list: true, index: false }));
    const old = await untilStrong(() => get("/a.txt"));
    await folder.replace("site.zip", archive("new content"), time);
    for (const fields of [
      { "If-None-Match": old.field("etag") ?? "" },
      { "If-Modified-Since": time.toUTCString() },
      { Range: "bytes=4-", "If-Range": old.field("etag") ?? "" },
    ]) {
      expect([fields, (await get("/a.txt", fields)).text]).toEqual([fields, "new content"]);
    }
    const young = await untilStrong(() => get("/a.txt"));
    expect(young.field("last-modified")).toBe(undefined);
    expect((await get("/a.txt", { "If-None-Match": young.field("etag") ?? "" })).status).toBe(304);
    expect((await get("/")).text).not.toContain("1980");
  });
});

describe("the option entityTag", () => {
  it("gives the tag, and is told what it is of", async () => {
    // A sibling that is older than its file is not sent.
    const before = new Date("1999-01-01T00:00:00Z");
    await folder.write("sub/a.txt", "content", before);
    await folder.write("sub/a.txt.br", "coded", new Date("2000-01-01T00:00:00Z"));
    const told: unknown[] = [];
    const entityTag: StetOptions["entityTag"] = (file) => {
      told.push(file);
      return '"v7"';
    };
    const get = await serve(stet(folder.path, { entityTag, cache: false }));
    const [plain, coded] = [await get("/sub/a.txt"), await get("/sub/a.txt", { "Accept-Encoding": "br" })];
    expect([plain.field("etag"), plain.field("last-modified")]).toEqual(['"v7"', undefined]);
    expect([coded.field("etag"), coded.text]).toEqual(['"v7-br"', "coded"]);
    expect(told).toEqual([
      { path: "sub/a.txt", contentCoding: undefined, length: 7, lastModified: before },
      { path: "sub/a.txt", contentCoding: "br", length: 5, lastModified: undefined },
    ]);
    expect((await get("/sub/a.txt", { "If-None-Match": '"v7"' })).status).toBe(304);
    expect((await get("/sub/a.txt", { "If-None-Match": '"v7"', "Accept-Encoding": "br" })).status).toBe(200);
  });

  it("may give a weak one, or leave a file to stet", async () => {
    await folder.writeOld("a.txt", "content");
    await folder.write("b.txt", "content", new Date(1000));
    const get = await serve(
      stet(folder.path, { entityTag: ({ path }) => (path === "a.txt" ? 'W/"v7"' : undefined) }),
    );
    expect((await get("/a.txt")).field("etag")).toBe('W/"v7"');
    expect((await get("/b.txt")).field("etag")).toBe(tagOf("content"));
  });

  it.each([["v7"], ['"v7'], ['w/"v7"'], ['"v 7"'], [7], [Promise.resolve('"v7"')]])(
    "gives no response with what is no entity tag: %s",
    async (given) => {
      await folder.writeOld("a.txt", "content");
      const errors: unknown[] = [];
      const options = { entityTag: () => given, onError: (error: unknown) => errors.push(error) };
      const get = await serve(stet(folder.path, options as unknown as StetOptions));
      expect((await get("/a.txt")).status).toBe(500);
      expect((await get("/a.txt", { "If-None-Match": '"v7"' })).status).toBe(500);
      expect(String(errors[0])).toMatch(/^TypeError: .*"entityTag".*'"v1"'/);
    },
  );
});

describe("an option that means nothing", () => {
  it.each([
    [{ entityTags: "hash" }, 'The option "entityTags" is "modified" or "content", not "hash".'],
    [{ entityTags: true }, 'The option "entityTags" is "modified" or "content", not true.'],
    [
      { entityTag: '"v7"' },
      'The option "entityTag" is a function such as ({ path }) => hashes[path], not "\\"v7\\"".',
    ],
  ])("throws, and says what to write: %o", async (options, message) => {
    await folder.write("site.zip", makeZip([]));
    const given = options as unknown as FilesOptions;
    for (const make of [() => stet(folder.path, given), () => files(folder.path, given)]) {
      expect(make).toThrow(new TypeError(message));
    }
    expect(() => zip(folder.to("site.zip"), given)).toThrow(TypeError);
  });
});

describe("an option of a folder", () => {
  it.each([{ entityTags: "content" }, { entityTag: () => undefined }] as const)(
    "is refused beside a source: %o",
    (options) => {
      expect(() => stet(memory({}), options)).toThrow(
        /^"entityTags?" is an option of the source: write stet\(files\(root/,
      );
    },
  );
});

describe("files in memory", () => {
  it("have an entity tag for each content coding, also where two have the same bytes", async () => {
    const get = await serve(stet(memory({ "a.txt": "the same", "a.txt.gz": "the same" })));
    expect((await get("/a.txt")).field("etag")).toBe(tagOf("the same"));
    const coded = await get("/a.txt", { "Accept-Encoding": "gzip" });
    expect(coded.field("etag")).toBe(tagOf("the same", "-gzip"));
  });

  it("have no date that says nothing", async () => {
    const content = { content: "content", lastModified: new Date(1000) };
    const get = await serve(stet(memory({ "a.txt": content })));
    expect((await get("/a.txt")).field("last-modified")).toBe(undefined);
    const date = new Date(1000).toUTCString();
    expect((await get("/a.txt", { "If-Modified-Since": date })).status).toBe(200);
  });
});

describe("another origin, which has validators of its own", () => {
  it("is given a file whose time is a placeholder", async () => {
    await folder.write("a.txt", "content".repeat(20_000), new Date(1000));
    const delivery = redirect({ "/": "https://files.example/" });
    const get = await serve(stet(folder.path, { delivery }));
    await untilStrong(() => get("/a.txt", { Range: "bytes=0-0,2-2" }));
    const { status, field } = await get("/a.txt");
    expect([status, field("location")]).toEqual([302, "https://files.example/a.txt"]);
  });
});

describe("a server in front that makes validators of the file's time", () => {
  it.each([
    ["the time is a placeholder", new Date(1000), {}],
    ["the tag is by content", LONG_AGO, { entityTags: "content" }],
    ["the tag is given", LONG_AGO, { entityTag: () => '"v7"' }],
  ] as const)("isn't given the file: %s", async (_, time, options) => {
    await folder.write("a.txt", "content", time);
    const get = await serve(stet(folder.path, { ...options, delivery: nginx({ "/": "/_private/" }) }));
    const response = await get("/a.txt");
    expect([response.field("x-accel-redirect"), response.text]).toEqual([undefined, "content"]);
    const tag = response.field("etag") ?? "";
    expect((await get("/a.txt", { "If-None-Match": tag })).status).toBe(304);
    utimesSync(folder.to("a.txt"), new Date(1000), new Date(1000));
    expect((await get("/a.txt", { "If-Modified-Since": LONG_AGO.toUTCString() })).text).toBe("content");
  });
});
