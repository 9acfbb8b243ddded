/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import { utimesSync } from "node:fs";
import * as zlib from "node:zlib";
import { describe, expect, onTestFinished, vi } from "vitest";
import { zip } from "../../src/zip.ts";
import { stet, type StetOptions } from "../../src/index.ts";
import { type Folder, LONG_AGO } from "../support/folder.ts";
import { makeZip } from "../support/make-zip.ts";
import { type Served, test } from "../support/served-test.ts";

const TEXT = "the script as it is now ".repeat(20);
const LATER = new Date(LONG_AGO.getTime() + 60_000);

/** A policy of a folder, and what it was told. */
async function serveTelling(
  serve: (options: StetOptions) => Promise<Served>,
): Promise<{ readonly get: Served["get"]; readonly told: string[] }> {
  const told: string[] = [];
  const { get } = await serve({ onError: (error) => told.push(String(error)) });
  return { get, told };
}

/** A zstd frame that states its length, with the text as it is in one block. @see RFC 8878 §3.1.1 */
function zstdOf(text: string): Buffer {
  const { length } = text;
  const [descriptor, stated, bytes] =
    length < 256 ? [0x20, length, 1] : length < 65_792 ? [0x60, length - 256, 2] : [0xa0, length, 4];
  const header = Buffer.alloc(5 + bytes + 3);
  header.writeUInt32LE(0xfd_2f_b5_28);
  header.writeUInt8(descriptor, 4);
  header.writeUIntLE(stated, 5, bytes);
  header.writeUIntLE((length << 3) | 1, 5 + bytes, 3);
  return Buffer.concat([header, Buffer.from(text)]);
}

/** Puts the clock so far ahead that everything is old enough to be kept. */
function waitLong(): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
  onTestFinished(() => void vi.useRealTimers());
}

async function asked(get: Served["get"], target: string, coding: string): Promise<unknown> {
  const { status, content, field } = await get(target, { fields: { "Accept-Encoding": coding } });
  const text = field("content-encoding") === "br" ? zlib.brotliDecompressSync(content) : content;
  const plain = field("content-encoding") === "gzip" ? zlib.gunzipSync(text) : text;
  return [status, field("content-encoding"), plain.toString()];
}

const { brotliCompressSync, gzipSync } = zlib;

describe("a precompressed sibling that is older than its file", () => {
  test("isn't sent, and is named once", async ({ folder, serve }) => {
    await folder.write("data.csv", TEXT, LATER);
    await folder.write("data.csv.gz", gzipSync("what it was before"), LONG_AGO);
    const { get, told } = await serveTelling(serve);
    for (let time = 0; time < 3; time++) {
      expect(await asked(get, "/data.csv", "gzip")).toEqual([200, undefined, TEXT]);
    }
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(folder.to("data.csv.gz"));
    expect(told[0]).toContain("is older than");
    expect(told[0]).toContain("compress the file again");
  });

  test("confirms no client's old copy of it, and its head isn't told", async ({ folder, serve }) => {
    await folder.write("app.js", TEXT, LONG_AGO);
    await folder.write("app.js.br", brotliCompressSync(TEXT), LONG_AGO);
    const { get } = await serveTelling(serve);
    const fields = { "Accept-Encoding": "br" };
    const etag = (await get("/app.js", { fields })).field("etag") ?? "";
    await folder.write("app.js", "new", LATER);
    const conditional = await get("/app.js", { fields: { ...fields, "If-None-Match": etag } });
    expect([conditional.status, conditional.text]).toEqual([200, "new"]);
    expect((await get("/app.js", { method: "HEAD", fields })).field("content-length")).toBe("3");
  });

  test("is no longer sent from memory once the file has been edited in place", async ({ folder, serve }) => {
    await folder.write("app.js", TEXT, LONG_AGO);
    await folder.write("app.js.br", brotliCompressSync(TEXT), LONG_AGO);
    waitLong();
    const { get, told } = await serveTelling(serve);
    for (let time = 0; time < 3; time++) expect(await asked(get, "/app.js", "br")).toEqual([200, "br", TEXT]);
    for (const now of ["edited", "edited again"]) {
      await folder.write("app.js", now);
      expect(await asked(get, "/app.js", "br")).toEqual([200, undefined, now]);
      expect(await asked(get, "/app.js", "identity")).toEqual([200, undefined, now]);
    }
    expect(told).toHaveLength(1);
  });

  test("is sent again when it has been made anew, also in place, and named again if it is older again", async ({
    folder,
    serve,
  }) => {
    await folder.write("app.js", TEXT, LATER);
    await folder.write("app.js.br", brotliCompressSync("before"), LONG_AGO);
    await folder.write("app.js.gz", gzipSync(TEXT), LATER);
    waitLong();
    const { get, told } = await serveTelling(serve);
    for (let time = 0; time < 3; time++) {
      expect(await asked(get, "/app.js", "br, gzip")).toEqual([200, "gzip", TEXT]);
      expect(await asked(get, "/app.js", "br")).toEqual([200, undefined, TEXT]);
    }
    await folder.write("app.js.br", brotliCompressSync(TEXT), LATER);
    expect(await asked(get, "/app.js", "br, gzip")).toEqual([200, "br", TEXT]);
    expect(told).toHaveLength(1);
    await folder.write("app.js", `${TEXT}!`);
    expect(await asked(get, "/app.js", "br")).toEqual([200, undefined, `${TEXT}!`]);
    expect(told.slice(1).map((line) => line.includes("app.js.br"))).toEqual([true, false]);
  });

  test("isn't one that has the file's time, or that time in coarser steps", async ({ folder, serve }) => {
    const modified = LONG_AGO.getTime() / 1000 + 0.0004567;
    for (const [name, time] of [
      ["same", modified],
      ["microseconds", Math.floor(modified * 1e6) / 1e6],
      ["milliseconds", Math.floor(modified * 1e3) / 1e3],
      ["seconds", Math.floor(modified)],
    ] as const) {
      await folder.write(`${name}.js`, TEXT);
      await folder.write(`${name}.js.br`, brotliCompressSync(TEXT));
      utimesSync(folder.to(`${name}.js`), modified, modified);
      utimesSync(folder.to(`${name}.js.br`), time, time);
      const { get, told } = await serveTelling(serve);
      expect([name, told, await asked(get, `/${name}.js`, "br")]).toEqual([name, [], [200, "br", TEXT]]);
      utimesSync(folder.to(`${name}.js.br`), time - 1, time - 1);
      expect([name, await asked(get, `/${name}.js`, "br")]).toEqual([name, [200, undefined, TEXT]]);
    }
  });

  test("isn't sent of an archive, either", async ({ folder }) => {
    // Hours, as MS-DOS writes them.
    for (const [hour, coding, count] of [
      [9, null, 1],
      [10, "br", 0],
    ] as const) {
      const members = [
        { name: "app.js", content: TEXT, dosTime: 10 << 11 },
        { name: "app.js.br", content: brotliCompressSync(TEXT), dosTime: hour << 11 },
      ];
      await folder.write("site.zip", makeZip(members));
      const told: unknown[] = [];
      const site = stet(zip(folder.to("site.zip")), { onError: (error) => told.push(error) });
      for (let turn = 0; turn < 2; turn++) {
        const headers = { "Accept-Encoding": "br" };
        const response = await site.fetch(new Request("http://localhost/app.js", { headers }));
        expect(response.headers.get("content-encoding")).toBe(coding);
      }
      expect(told).toHaveLength(count);
    }
  });
});

describe("a compressed file that isn't made of the one beside it", () => {
  test("isn't sent in its place, and is named once with both lengths", async ({ folder, serve }) => {
    await folder.writeOld("backup.sql", TEXT);
    await folder.writeOld("backup.sql.gz", gzipSync("last week's"));
    const { get, told } = await serveTelling(serve);
    for (let time = 0; time < 3; time++) {
      expect(await asked(get, "/backup.sql", "gzip")).toEqual([200, undefined, TEXT]);
    }
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(`holds 11 bytes uncompressed`);
    expect(told[0]).toContain(`has ${TEXT.length}`);
    const itself = await get("/backup.sql.gz");
    expect(zlib.gunzipSync(itself.content).toString()).toBe("last week's");
  });

  test("isn't sent as zstd", async ({ folder, serve }) => {
    for (const length of [3, 200, 300, 70_000]) {
      const text = "x".repeat(length);
      await folder.writeOld("a.txt", text);
      await folder.writeOld("a.txt.zst", zstdOf(text));
      const { get, told } = await serveTelling(serve);
      const codingOf = async (): Promise<unknown> =>
        (await get("/a.txt", { fields: { "Accept-Encoding": "zstd" } })).field("content-encoding");
      expect([length, await codingOf(), told]).toEqual([length, "zstd", []]);
      await folder.writeOld("a.txt", `${text}y`);
      expect([length, await codingOf()]).toEqual([length, undefined]);
    }
  });

  test("is sent where its length is the same, or isn't stated", async ({ folder, serve }) => {
    await folder.writeOld("a.txt", TEXT);
    await folder.writeOld("a.txt.gz", gzipSync(TEXT));
    await folder.writeOld("a.txt.br", brotliCompressSync(TEXT));
    await folder.writeOld("empty.txt", "");
    await folder.writeOld("empty.txt.gz", gzipSync(""));
    const { get, told } = await serveTelling(serve);
    expect(await asked(get, "/a.txt", "gzip")).toEqual([200, "gzip", TEXT]);
    expect(await asked(get, "/a.txt", "br")).toEqual([200, "br", TEXT]);
    expect(await asked(get, "/empty.txt", "gzip")).toEqual([200, "gzip", ""]);
    expect(told).toEqual([]);
  });
});

test("however many are skipped, few names are kept", async ({ folder, serve }) => {
  const count = 1001;
  const names = Array.from({ length: count }, (_, index) => `file-${index}.txt`);
  await Promise.all(names.map((name) => layOutdated(folder, name)));
  const { get, told } = await serveTelling(serve);
  for (const name of names) await get(`/${name}`);
  expect(told).toHaveLength(count);
  await get(`/${names[count - 1] ?? ""}`);
  expect(told).toHaveLength(count);
  // The first was forgotten.
  await get(`/${names[0] ?? ""}`);
  expect(told).toHaveLength(count + 1);
});

async function layOutdated(folder: Folder, name: string): Promise<void> {
  await folder.write(name, "new", LATER);
  await folder.write(`${name}.br`, "old", LONG_AGO);
}
