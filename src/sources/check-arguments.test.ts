import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chunksOf } from "../deliveries/stream.ts";
import type { ArchiveOptions } from "./archive/archive-options.ts";
import { tar } from "./archive/tar.ts";
import { zip } from "./archive/zip.ts";
import { files, type FilesOptions } from "./files.ts";
import { memory } from "./memory.ts";
import { openBytes } from "./open-bytes.ts";
import { type OpenRepresentation, readInto, SourceError, type SourceErrorCode } from "./source.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stet-arguments-"));
  await writeFile(join(folder, "a.txt"), "a");
});
afterAll(() => rm(folder, { recursive: true }));

/** What a call in JavaScript may give, against its type. */
const untyped = (value: unknown): never => value as never;

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("files", () => {
  it("takes a file: URL", async () => {
    expect(await files(pathToFileURL(folder)).find("a.txt")).toMatchObject({ kind: "file" });
  });

  it.each<[unknown, RegExp]>([
    ["", /file: URL, not ""/],
    [undefined, /file: URL, not undefined/],
    [null, /file: URL, not null/],
    [5, /file: URL, not 5/],
    [new URL("http://localhost/a"), /file: URL, not http:\/\/localhost\/a/],
  ])("refuses the root %j", (root, message) => {
    const error = thrownBy(() => files(untyped(root)));
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toHaveProperty("message", expect.stringMatching(message));
  });

  it.each<[unknown, RegExp]>([
    [null, /options are an object.*not null/],
    [{ appendonly: true }, /no option "appendonly".*appendOnly/],
    [{ appendOnly: "yes" }, /"appendOnly" is true or false/],
    [{ neverOverwritten: 1 }, /"neverOverwritten" is true or false, not 1/],
    [{ neverOverwritten: true, appendOnly: true }, /can't stand beside "appendOnly".*leave out the one/],
    [{ precompressed: "br" }, /"precompressed" is an array.*not "br"/],
    [{ precompressed: true }, /"precompressed" is an array.*not true/],
    [{ precompressed: null }, /"precompressed" is an array.*not null/],
    [{ precompressed: [undefined] }, /"precompressed" lists.*not undefined/],
    [{ freshFor: -1 }, /"freshFor" is a number from 0/],
    [{ freshFor: "1" }, /"freshFor" is a number from 0/],
  ])("refuses the options %j", (options, message) => {
    const error = thrownBy(() => files(folder, options as FilesOptions));
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toHaveProperty("message", expect.stringMatching(message));
  });
});

describe("memory", () => {
  it.each<[unknown, RegExp]>([
    [undefined, /files are an object.*not undefined/],
    [null, /files are an object.*not null/],
    [new Map([["a", "b"]]), /files are an object.*not an object/],
    [["a"], /files are an object.*not an array/],
    [{ a: 1 }, /content of "a" is text or a Uint8Array.*not 1/],
    [{ a: null }, /content of "a"/],
    [{ a: {} }, /content of "a"/],
    [{ a: new ArrayBuffer(1) }, /content of "a"/],
    [{ a: { content: "", etag: "x" } }, /no option "etag".*entityTag/],
    [{ a: { content: "", entityTag: 1 } }, /"entityTag" is text/],
    [{ a: { content: "", entityTag: "v1" } }, /with its quotes/],
    [{ a: { content: "", lastModified: "today" } }, /"lastModified" is a valid Date/],
    [{ a: { content: "", lastModified: new Date("nonsense") } }, /"lastModified" is a valid Date/],
    [{ a: { content: "", type: "text/plain; x=é" } }, /"type" is a media type.*ASCII/],
  ])("refuses %j", (given, message) => {
    const error = thrownBy(() => memory(untyped(given)));
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toHaveProperty("message", expect.stringMatching(message));
  });
});

describe.each([
  ["zip", zip],
  ["tar", tar],
])("%s", (_, open) => {
  it("takes a file: URL", () => {
    expect(open(pathToFileURL(join(folder, "a.txt")))).toHaveProperty("find");
  });

  it.each<[unknown, RegExp]>([
    ["", /such as "site.zip", or a file: URL, not ""/],
    [undefined, /file: URL, not undefined/],
    [new URL("http://localhost/a"), /file: URL, not http:\/\/localhost\/a/],
    ["/nowhere/site.zip", /"\/nowhere\/site\.zip" is no file: create it/],
    [tmpdir(), /is no file/],
  ])("refuses the archive %j", (path, message) => {
    const error = thrownBy(() => open(untyped(path)));
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toHaveProperty("message", expect.stringMatching(message));
  });

  it.each<[unknown, RegExp]>([
    [null, /options are an object.*not null/],
    [{ root: "dist" }, /no option "root".*folder/],
    [{ folder: "/dist" }, /"folder" is a folder of the archive, such as "dist", not "\/dist"/],
    [{ folder: "../dist" }, /"folder" is a folder/],
    [{ folder: null }, /"folder" is a folder/],
    [{ precompressed: "br" }, /"precompressed" is an array/],
    [{ neverOverwritten: 1 }, /"neverOverwritten" is true or false/],
    [{ freshFor: -1 }, /"freshFor" is a number from 0/],
  ])("refuses the options %j", (options, message) => {
    const error = thrownBy(() => open(join(folder, "a.txt"), options as ArchiveOptions));
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toHaveProperty("message", expect.stringMatching(message));
  });
});

it.each(["nope", undefined, "toString"])("knows no SourceError %j", (code) => {
  const error = thrownBy(() => new SourceError(code as SourceErrorCode));
  expect(error).toBeInstanceOf(TypeError);
  expect(error).toHaveProperty("message", expect.stringMatching(/"forbidden" or "busy" or "changed"/));
});

describe("a source that miscounts what it read", () => {
  const RANGE = { firstPos: 0, lastPos: 3 };

  async function counting(count: unknown): Promise<OpenRepresentation> {
    const { representation } = await openBytes(new Uint8Array(4), { mediaType: "text/plain" });
    return { representation, read: () => Promise.resolve(count as number), close: () => undefined };
  }

  it.each([Number.NaN, undefined, null, "4", 1.5, -1, 5, Infinity, 4n])("fails for %s", async (count) => {
    const open = await counting(count);
    const chunks = chunksOf(
      { kind: "stream", open, pieces: [RANGE], length: 4 },
      (size) => new Uint8Array(size),
    );
    await expect(readInto(open, new Uint8Array(4), 0)).rejects.toMatchObject({
      name: "SourceError",
      code: "failed",
    });
    await expect(chunks.next()).rejects.toMatchObject({ name: "SourceError", code: "failed" });
  });

  it("finds it changed where nothing came", async () => {
    await expect(readInto(await counting(0), new Uint8Array(4), 0)).rejects.toMatchObject({
      code: "changed",
    });
  });
});
