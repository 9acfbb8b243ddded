/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of serve-archive.ts */
import { setTimeout as sleep } from "node:timers/promises";
import { crc32, createDeflateRaw, deflateRawSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect } from "vitest";
import { type Source, SourceError } from "../../src/index.ts";
import { tar, zip } from "../../src/zip.ts";
import type { Folder } from "../support/folder.ts";
import { makeTar, makeTarMember, paxRecords, TAR_BLOCK, type TarMember } from "../support/make-tar.ts";
import { makeZip, type ZipMember } from "../support/make-zip.ts";
import { noise } from "../support/noise.ts";
import { countDescriptorsBelow } from "../support/process-reading.ts";
import { RawConnection, requestText } from "../support/raw-connection.ts";
import { test } from "./serve-archive.ts";

const MIB = 1024 * 1024;

const LINK = 0o120777;
const DEVICE = 0o020666;

async function lay(folder: Folder, name: string, content: Uint8Array): Promise<Source> {
  await folder.writeOld(name, content);
  return (name.endsWith(".tar") ? tar : zip)(folder.to(name));
}

/** Every path below a source, each with its content. */
async function readAll(source: Source, path = ""): Promise<Record<string, string>> {
  const found = await source.find(path);
  if (found === undefined) throw new Error(`${path} is listed, but isn't there`);
  if (found.kind === "file") return { [path]: (await readFile(source, path)).toString() };
  const all = await Promise.all(
    (await found.list()).map(({ name }) => readAll(source, path === "" ? name : `${path}/${name}`)),
  );
  return Object.assign({}, ...all) as Record<string, string>;
}

async function readFile(source: Source, path: string, contentCoding?: string): Promise<Buffer> {
  const found = await source.find(path);
  if (found?.kind !== "file") throw new Error(`${path} is no file`);
  const open = await found.open({ contentCoding });
  if (open === undefined) throw new Error(`${path} can't be opened`);
  const chunks: Uint8Array[] = [];
  try {
    const into = new Uint8Array(100_000);
    for (let position = 0; ;) {
      const count = await open.read(into, position);
      if (count === 0) return Buffer.concat(chunks);
      chunks.push(into.slice(0, count));
      position += count;
    }
  } finally {
    open.close();
  }
}

const NAMES: Readonly<Record<string, string>> = {
  "../up.txt": "up",
  "a/../../up.txt": "up",
  "/etc/passwd": "absolute",
  "a//b.txt": "an empty segment",
  "a/./b.txt": "a dot",
  "..": "the folder above",
  "": "no name",
  "./here.txt": "here",
  "././twice.txt": "twice",
  "twice.txt": "the later",
  file: "a file",
  "file/below.txt": "below a file",
  "folder/inside.txt": "inside",
  folder: "in place of a folder",
  ".env": "SECRET=1",
};

const SERVED_NAMES = {
  ".env": "SECRET=1",
  file: "a file",
  "folder/inside.txt": "inside",
  "here.txt": "here",
  "twice.txt": "the later",
};

describe("names", () => {
  const members = Object.entries(NAMES).map(([name, content]) => ({ name, content }));

  test("that no path could spell aren't there, in a .zip", async ({ folder, serveSource }) => {
    const source = await lay(folder, "a.zip", makeZip(members));
    expect(await readAll(source)).toEqual(SERVED_NAMES);
    const { get } = await serveSource(source);
    for (const target of [
      "/../up.txt",
      "/%2e%2e/up.txt",
      "//etc/passwd",
      "/etc/passwd",
      "/.env",
      "/up.txt",
    ]) {
      expect((await get(target)).status, target).toBeGreaterThanOrEqual(400);
    }
    const dotted = await serveSource(source, { dotfiles: "serve" });
    expect((await dotted.get("/.env")).text).toBe("SECRET=1");
  });

  test("that no path could spell aren't there, in a .tar", async ({ folder }) => {
    expect(await readAll(await lay(folder, "a.tar", makeTar(members)))).toEqual(SERVED_NAMES);
  });

  test("of a .zip are UTF-8 where they can be, and else in code page 437", async ({ folder }) => {
    const members: readonly ZipMember[] = [
      { name: "flagged-ü.txt" },
      { name: "unflagged-ü.txt", flags: 0 },
      { name: Buffer.from([0x6f, 0x6c, 0x64, 0x2d, 0x81, 0x2e, 0x74, 0x78, 0x74]), flags: 0 },
      { name: "made\\on\\windows.txt", flags: 0 },
      { name: "..\\up.txt", flags: 0 },
    ];
    expect(Object.keys(await readAll(await lay(folder, "a.zip", makeZip(members)))).toSorted()).toEqual([
      "flagged-ü.txt",
      "made/on/windows.txt",
      "old-ü.txt",
      "unflagged-ü.txt",
    ]);
  });

  test("of a .tar that aren't UTF-8 aren't there", async ({ folder }) => {
    const members: readonly TarMember[] = [{ name: Buffer.from([0x61, 0xff, 0x62]) }, { name: "ü.txt" }];
    expect(Object.keys(await readAll(await lay(folder, "a.tar", makeTar(members))))).toEqual(["ü.txt"]);
  });

  test("of many folders use up no memory", async ({ folder, serveSource }) => {
    const members = Array.from({ length: 40 }, (_, index) => ({ name: `${index}/${"a/".repeat(32_000)}b` }));
    const { get, errors } = await serveSource(await lay(folder, "a.zip", makeZip(members)));
    expect((await get("/0/")).status).toBe(500);
    expect(errors.join()).toContain("more than 1000000 files and folders");
  });
});

describe("what is no file", () => {
  test("isn't there, in a .zip", async ({ folder }) => {
    const members: readonly ZipMember[] = [
      { name: "link", content: "/etc/passwd", mode: LINK },
      { name: "device", mode: DEVICE },
      { name: "dos.txt", content: "without a mode", mode: 0 },
      { name: "marked", mode: 0o040755 },
    ];
    expect(await readAll(await lay(folder, "a.zip", makeZip(members)))).toEqual({
      "dos.txt": "without a mode",
    });
  });

  test("isn't there, in a .tar; a hard link is another name of its file", async ({ folder }) => {
    const members: readonly TarMember[] = [
      { name: "file.txt", content: "content" },
      { name: "symbolic", type: "2", linkName: "/etc/passwd" },
      { name: "hard.txt", type: "1", linkName: "./file.txt", length: 7 },
      { name: "after-a-link.txt", content: "after" },
      { name: "up.txt", type: "1", linkName: "../file.txt" },
      { name: "later.txt", type: "1", linkName: "last.txt" },
      { name: "device", type: "3" },
      { name: "pipe", type: "6" },
      { name: "label", type: "V" },
      { name: "old-folder/", type: "0" },
      { name: "old-file", type: "\0", content: "old" },
      { name: "contiguous", type: "7", content: "contiguous" },
      { name: "last.txt", content: "last" },
    ];
    expect(await readAll(await lay(folder, "a.tar", makeTar(members)))).toEqual({
      "file.txt": "content",
      "hard.txt": "content",
      "after-a-link.txt": "after",
      "old-file": "old",
      contiguous: "contiguous",
      "last.txt": "last",
    });
  });
});

describe("a file that can't be read", () => {
  test("is refused, the others aren't, and the application is told", async ({ folder, serveSource }) => {
    const members: readonly ZipMember[] = [
      { name: "encrypted.txt", content: "x".repeat(50), flags: 1 },
      { name: "lzma.txt", content: "x", method: 14 },
      { name: "two-lengths.txt", content: "xyz", told: { length: 2 } },
      { name: "endless.txt", method: 8, told: { length: 2 ** 60 } },
      { name: "app.js", content: "the script" },
      { name: "app.js.br", content: "encrypted", flags: 1 },
    ];
    const { get, errors } = await serveSource(await lay(folder, "a.zip", makeZip(members)));
    expect((await get("/encrypted.txt")).status).toBe(403);
    expect((await get("/lzma.txt")).status).toBe(500);
    expect((await get("/two-lengths.txt", { fields: { "If-None-Match": "*" } })).status).toBe(500);
    expect((await get("/endless.txt")).status).toBe(500);
    expect(errors).toEqual([
      expect.stringContaining('"encrypted.txt" is encrypted'),
      expect.stringContaining('"lzma.txt" is compressed by the method 14'),
      expect.stringContaining('"two-lengths.txt" is stored with two lengths'),
      expect.stringContaining('"endless.txt" has no length'),
    ]);
    expect((await get("/app.js", { fields: { "Accept-Encoding": "br" } })).text).toBe("the script");
  });

  test("such as a sparse one of a .tar, leaves the others in their places", async ({
    folder,
    serveSource,
  }) => {
    const sparse = makeTarMember({ name: "sparse", type: "S", content: "data" });
    // GNU's own form goes on with its map in a block of its own.
    sparse[482] = 1;
    sparse.fill(" ", 148, 156);
    const sum = sparse.subarray(0, TAR_BLOCK).reduce((total, byte) => total + byte, 0);
    sparse.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    const map = Buffer.alloc(TAR_BLOCK);
    const archive = Buffer.concat([
      sparse.subarray(0, TAR_BLOCK),
      map,
      sparse.subarray(TAR_BLOCK),
      makeTarMember({ name: "x", type: "x", content: paxRecords({ "GNU.sparse.name": "pax-sparse" }) }),
      makeTar([
        { name: "GNUSparseFile.0/x", content: "map and data" },
        { name: "after.txt", content: "after" },
      ]),
    ]);
    const { get, errors } = await serveSource(await lay(folder, "a.tar", archive));
    expect((await get("/after.txt")).text).toBe("after");
    expect((await get("/sparse")).status).toBe(500);
    expect((await get("/pax-sparse")).status).toBe(500);
    expect(errors.join()).toContain("stored sparsely");
  });
});

describe("a deflated file that isn't what its archive says", () => {
  const text = Buffer.from("a line of text\n".repeat(400));

  test.for([
    ["is said to have no byte", { told: { length: 0 } }],
    ["is said to have no byte, and has none of the CRC", { told: { length: 0, crc32: 0 } }],
  ] as const)("is never complete: one that %s", async ([, member], { folder, serveSource }) => {
    const archive = makeZip([
      { name: "a.txt", content: text, method: 8, ...member },
      { name: "empty.txt", content: Buffer.alloc(0), method: 8 },
    ]);
    const { get } = await serveSource(await lay(folder, "a.zip", archive));
    for (const coding of ["identity", "gzip"]) {
      const answer = await get("/a.txt", { fields: { "Accept-Encoding": coding } }).catch(() => undefined);
      expect([coding, answer?.status === 500 || answer?.complete !== true]).toEqual([coding, true]);
      expect((await get("/empty.txt", { fields: { "Accept-Encoding": coding } })).status).toBe(200);
    }
  });

  const small = Buffer.from("the content of a small file, ".repeat(10));
  const large = Buffer.concat([noise(3 * MIB, "large"), Buffer.alloc(3 * MIB)]);

  for (const [what, content] of [
    ["small", small],
    ["large", large],
  ] as const) {
    const deflated = deflateRawSync(content);
    const wrong: Readonly<Record<string, Omit<ZipMember, "name">>> = {
      "is longer": { told: { length: content.length - 10 } },
      "is longer by a byte": { told: { length: content.length - 1 } },
      "is shorter": { told: { length: content.length + 1000 } },
      "has another CRC": { told: { crc32: 12_345 } },
      "is cut off": { stored: deflated.subarray(0, deflated.length - 5) },
      "is no deflate stream": { stored: noise(deflated.length, "other") },
    };
    for (const [how, member] of Object.entries(wrong)) {
      test(`${what}, that ${how}, is never complete as gzip, whole or by range`, async ({
        folder,
        serveSource,
      }) => {
        const file = { name: "a.bin", content, method: 8, ...member };
        const { get, errors } = await serveSource(await lay(folder, "a.zip", makeZip([file])));
        for (const range of [undefined, "bytes=100-", "bytes=-1", "bytes=0-9,-20"]) {
          const fields = { "Accept-Encoding": "gzip", ...(range !== undefined && { Range: range }) };
          // Where none of it can be inflated, not even the head leaves.
          const answer = await get("/a.bin", { fields }).catch(() => undefined);
          expect([range, answer?.status === 500 || answer?.complete !== true]).toEqual([range, true]);
        }
        expect(errors).toHaveLength(4);
        await expect.poll(() => countDescriptorsBelow(folder.path), { timeout: 20_000 }).toBe(0);
      });

      test(`${what}, that ${how}, never arrives as if it were complete`, async ({ folder, serveSource }) => {
        const file = { name: "a.bin", content, method: 8, ...member };
        const { port, errors } = await serveSource(await lay(folder, "a.zip", makeZip([file])));
        const connection = await RawConnection.open(port);
        connection.send(requestText("/a.bin"));
        if (what === "small") {
          expect((await connection.response()).status).toBe(500);
          expect(errors).toHaveLength(1);
        } else {
          // Where nothing of it can be inflated, not even the head leaves.
          const head = await connection.head().catch(() => undefined);
          const received = head === undefined ? Buffer.alloc(0) : await connection.read(Infinity);
          expect(received.length).toBeLessThan(Number(head?.field("content-length") ?? Infinity));
          expect(content.subarray(0, received.length).equals(received)).toBe(true);
        }
        connection.close();
        await expect.poll(() => countDescriptorsBelow(folder.path), { timeout: 20_000 }).toBe(0);
      });
    }
  }

  test("large, that goes on behind its length and CRC, never arrives as if it were complete", async ({
    folder,
    serveSource,
  }) => {
    for (const length of [64 * 1024, 2 * MIB]) {
      const told = { length, crc32: crc32(large.subarray(0, length)) };
      const archive = makeZip([{ name: "a.bin", content: large, method: 8, told }]);
      const { get } = await serveSource(await lay(folder, "a.zip", archive));
      const answer = await get("/a.bin");
      expect([answer.status, answer.complete]).not.toEqual([200, true]);
    }
  });

  test("but has something behind its end isn't sent as gzip, whose end would be elsewhere", async ({
    folder,
    serveSource,
  }) => {
    const stored = Buffer.concat([deflateRawSync(large), Buffer.from("something else")]);
    const archive = makeZip([{ name: "a.bin", content: large, method: 8, stored }]);
    const { get } = await serveSource(await lay(folder, "a.zip", archive));
    const gzipped = await get("/a.bin", { fields: { "Accept-Encoding": "gzip" } });
    expect([gzipped.status, gzipped.complete]).not.toEqual([200, true]);
  });

  test("but has something behind its end is sent as it is", async ({ folder }) => {
    const stored = Buffer.concat([deflateRawSync(large), Buffer.from("something else")]);
    const archive = makeZip([{ name: "a.bin", content: large, method: 8, stored }]);
    expect((await readFile(await lay(folder, "a.zip", archive), "a.bin")).equals(large)).toBe(true);
  });
});

describe("a file that is a thousand times as large as its archive", () => {
  const LENGTH = 512 * MIB;

  async function bomb(told: ZipMember["told"]): Promise<Buffer> {
    const deflate = createDeflateRaw({ level: 1 });
    const chunks: Buffer[] = [];
    const zeros = Buffer.alloc(MIB);
    const ended = (async () => {
      for await (const chunk of deflate) chunks.push(chunk as Buffer);
    })();
    for (let length = 0; length < LENGTH; length += MIB) {
      if (!deflate.write(zeros)) await new Promise((resolve) => deflate.once("drain", resolve));
    }
    deflate.end();
    await ended;
    return makeZip([{ name: "zeros", method: 8, stored: Buffer.concat(chunks), ...(told && { told }) }]);
  }

  test("is inflated at the pace of its reader", async ({ folder, serveSource }) => {
    const { port } = await serveSource(await lay(folder, "a.zip", await bomb({ length: LENGTH })));
    const slow = await RawConnection.open(port);
    const before = process.memoryUsage().rss;
    slow.send(requestText("/zeros"));
    expect((await slow.head()).field("content-length")).toBe(String(LENGTH));
    expect((await slow.read(MIB)).every((byte) => byte === 0)).toBe(true);
    await sleep(500);
    expect(process.memoryUsage().rss - before).toBeLessThan(128 * MIB);
    slow.close();
    await expect.poll(() => countDescriptorsBelow(folder.path), { timeout: 20_000 }).toBe(0);
  });

  test("that says it is small is found out at once", async ({ folder, serveSource }) => {
    const source = await lay(folder, "a.zip", await bomb({ length: 1000 }));
    const { get, errors } = await serveSource(source);
    const before = process.memoryUsage().rss;
    expect((await get("/zeros")).status).toBe(500);
    expect(process.memoryUsage().rss - before).toBeLessThan(128 * MIB);
    expect(errors.join()).toContain("longer than its archive says");
  });
});

describe("a broken archive", () => {
  const content = "something to be served ".repeat(20);
  const broken: Readonly<Record<string, readonly [name: string, content: Buffer]>> = {
    "an empty .zip": ["a.zip", Buffer.alloc(0)],
    "noise as .zip": ["a.zip", noise(100_000, "zip")],
    "a .zip without its end": ["a.zip", makeZip([{ name: "a.txt", content }]).subarray(0, -30)],
    "a .zip of several disks": ["a.zip", withUInt16(makeZip([{ name: "a.txt" }]), -18, 3)],
    "a .zip with its directory elsewhere": ["a.zip", withUInt16(makeZip([{ name: "a.txt" }]), -6, 3)],
    "a .zip with more files than it tells of": ["a.zip", withUInt16(makeZip([{ name: "a.txt" }]), -12, 3)],
    "an empty .tar": ["a.tar", Buffer.alloc(0)],
    "noise as .tar": ["a.tar", noise(100_000, "tar")],
    "a .tar that is cut off in a file": [
      "a.tar",
      makeTar([{ name: "a", content: noise(5000, "a") }]).subarray(0, 4000),
    ],
    "a .tar that is cut off behind a file": ["a.tar", makeTarMember({ name: "a.txt", content })],
    "a .tar with a long name that is too long": [
      "a.tar",
      makeTar([{ name: "x", type: "L", length: 2 * MIB }]),
    ],
    "a .tar with records that can't be read": [
      "a.tar",
      makeTar([{ name: "x", type: "x", content: "7 a=b" }]),
    ],
    "a .tar with a length that is none": [
      "a.tar",
      makeTar([{ name: "x", type: "x", content: paxRecords({ size: "1e3" }) }]),
    ],
    "a .tar with a length below zero": [
      "a.tar",
      makeTar([{ name: "x", type: "x", content: paxRecords({ size: "-512" }) }, { name: "a.txt" }]),
    ],
    "a .tar with one name for all": [
      "a.tar",
      makeTar([{ name: "g", type: "g", content: paxRecords({ path: "x" }) }]),
    ],
  };
  for (const [what, [name, bytes]] of Object.entries(broken)) {
    test(`such as ${what} is a 500, and the application is told`, async ({ folder, serveSource }) => {
      const { get, errors } = await serveSource(await lay(folder, name, bytes));
      expect((await get("/a.txt")).status).toBe(500);
      expect((await get("/")).status).toBe(500);
      expect(errors[0]).toContain(folder.to(name));
      await expect.poll(() => countDescriptorsBelow(folder.path)).toBe(0);
    });
  }

  test("is mended by another in its place", async ({ folder, serveSource }) => {
    const { get } = await serveSource(await lay(folder, "a.zip", noise(5000, "zip")));
    expect((await get("/a.txt")).status).toBe(500);
    await folder.replace("a.zip", makeZip([{ name: "a.txt", content }]));
    expect((await get("/a.txt")).text).toBe(content);
  });

  const outside: Readonly<Record<string, ZipMember["told"]>> = {
    "its header beyond the end": { position: 1_000_000 },
    "its header elsewhere": { position: 2 },
    "its content beyond the end": { storedLength: 100_000, length: 100_000 },
  };
  for (const [how, told] of Object.entries(outside)) {
    test(`with ${how} is a 500 for that file alone`, async ({ folder, serveSource }) => {
      const archive = makeZip([
        { name: "a.txt", content, ...(told && { told }) },
        { name: "b.txt", content: "b" },
      ]);
      const { get, errors } = await serveSource(await lay(folder, "a.zip", archive));
      expect((await get("/a.txt")).status).toBe(500);
      expect(errors).toHaveLength(1);
      expect((await get("/b.txt")).text).toBe("b");
    });
  }
});

function withUInt16(archive: Buffer, at: number, value: number): Buffer {
  archive.writeUInt16LE(value, archive.length + at);
  return archive;
}

describe("bytes that were changed anywhere", () => {
  const content = `${"a text that deflates well, ".repeat(30)}${noise(300, "text").toString("hex")}`;
  const members = [
    { name: "stored.txt", content },
    { name: "folder/deflated.txt", content, method: 8 },
  ];

  test.for([
    ["a.zip", makeZip(members)],
    ["a64.zip", makeZip(members.map((member) => ({ ...member, isZip64: true })))],
    ["a.tar", makeTar(members)],
  ] as const)("lead to an answer or a SourceError: %s", async ([name, archive], { folder }) => {
    const change = fc.tuple(fc.nat(archive.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const changed = Buffer.from(archive);
        for (const [at, value] of changes) changed[at] = value;
        const source = await lay(folder, name, changed);
        await readAll(source).catch((error: unknown) => expect(error).toBeInstanceOf(SourceError));
        const deflated = await readFile(source, "folder/deflated.txt").catch(() => undefined);
        // One byte can't change the content and its CRC; of what is stored, nothing is checked.
        if (changes.length > 1 || name === "a.tar" || deflated === undefined) return;
        expect(deflated.toString()).toBe(content);
      }),
      { numRuns: 300 },
    );
    await expect.poll(() => countDescriptorsBelow(folder.path)).toBe(0);
  });
});
