/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of serve-archive.ts */
import { renameSync, symlinkSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, vi } from "vitest";
import type { Source } from "../../src/index.ts";
import { variantsOf } from "../../src/sources/source.ts";
import { tar, zip } from "../../src/zip.ts";
import { makeTar } from "../support/make-tar.ts";
import { makeZip, type ZipMember } from "../support/make-zip.ts";
import { noise } from "../support/noise.ts";
import { overwrite } from "../support/overwrite.ts";
import { countDescriptorsBelow } from "../support/process-reading.ts";
import { RawConnection, requestText } from "../support/raw-connection.ts";
import { test } from "./serve-archive.ts";

const MIB = 1024 * 1024;

/** More than the buffers of two sockets hold: a server that sends this to a client that doesn't read isn't done. */
const LARGE = 24 * MIB;

const TEXT = "a line of text, and another, and another\n".repeat(200);

/** Noise with pauses: it deflates to half of its length. */
function halfNoise(length: number, seed: string): Buffer {
  const bytes = noise(length, seed);
  for (let start = 0; start < length; start += 2000) bytes.fill(0, start, start + 1000);
  return bytes;
}

const LARGE_BYTES = halfNoise(LARGE, "large");

const MEMBERS: readonly ZipMember[] = [
  { name: "before.txt", content: "before" },
  { name: "stored.txt", content: TEXT },
  { name: "stored.bin", content: LARGE_BYTES },
  { name: "between.txt", content: "between" },
  { name: "deflated.txt", content: TEXT, method: 8 },
  { name: "deflated.bin", content: LARGE_BYTES, method: 8, hasDescriptor: true },
  { name: "tiny.txt", content: "tiny", method: 8 },
  { name: "log.gz", content: TEXT, method: 8 },
  { name: "app.js", content: TEXT, method: 8 },
  { name: "app.js.br", content: "br" },
  { name: "app.js.gz", content: "a sibling" },
  { name: "docs/guide/index.html", content: "<h1>Guide</h1>" },
  { name: "docs/empty/" },
];

const ZIP = makeZip(MEMBERS);
const TAR = makeTar(MEMBERS);

/** What a file's answer is kept by; undefined while its archive is too young to be relied on. */
async function standingOf(source: Source, path: string): Promise<unknown> {
  const found = await source.find(path);
  if (found?.kind !== "file") return undefined;
  return (await variantsOf(found, () => undefined)).standing;
}

/** Waits until an archive is old enough to be relied on. */
async function settled(source: Source, path: string): Promise<void> {
  await expect.poll(() => standingOf(source, path), { timeout: 20_000 }).toBeDefined();
}

const gzip = { fields: { "Accept-Encoding": "gzip" } };

afterEach(() => {
  vi.unstubAllEnvs();
});

for (const [name, open, bytes] of [
  ["site.zip", zip, ZIP],
  ["site.tar", tar, TAR],
] as const) {
  describe(`a file that is stored in ${name}`, () => {
    test("is sent whole, in part, and not at all where the client has it", async ({
      folder,
      serveSource,
    }) => {
      await folder.writeOld(name, bytes);
      const { get } = await serveSource(open(folder.to(name)));
      const whole = await get("/stored.txt");
      expect([whole.status, whole.text, whole.field("accept-ranges")]).toEqual([200, TEXT, "bytes"]);
      expect(whole.field("last-modified")).toBe("Sun, 10 Mar 2024 10:00:00 GMT");
      const tag = whole.field("etag")!;
      expect(tag).toMatch(/^"[^"]+"$/);

      const part = await get("/stored.txt", { fields: { Range: "bytes=100-299", "If-Range": tag } });
      expect([part.status, part.text]).toEqual([206, TEXT.slice(100, 300)]);
      expect(part.field("content-range")).toBe(`bytes 100-299/${TEXT.length}`);
      const end = await get("/stored.txt", { fields: { Range: "bytes=-7" } });
      expect([end.status, end.text]).toEqual([206, TEXT.slice(-7)]);
      const several = await get("/stored.txt", { fields: { Range: "bytes=0-1,5000-5001" } });
      expect(several.status).toBe(206);
      expect(several.text).toContain(TEXT.slice(5000, 5002));

      expect((await get("/stored.txt", { fields: { "If-None-Match": tag } })).status).toBe(304);
      const date = { "If-Modified-Since": "Sun, 10 Mar 2024 10:00:00 GMT" };
      expect((await get("/stored.txt", { fields: date })).status).toBe(304);
      expect((await get("/stored.txt", { method: "HEAD" })).field("content-length")).toBe(
        String(TEXT.length),
      );
      expect((await get("/between.txt")).field("etag")).not.toBe(tag);
    });

    test.for(["stream", "copy", "zero-copy", undefined])(
      "leaves by %s, and nothing that stands beside it",
      async (way, { folder, serveSource }) => {
        vi.stubEnv("STET_LARGE", way);
        await folder.writeOld(name, bytes);
        const { get } = await serveSource(open(folder.to(name), { neverOverwritten: true }));
        const whole = await get("/stored.bin");
        expect(whole.content.equals(LARGE_BYTES)).toBe(true);
        const part = await get("/stored.bin", { fields: { Range: "bytes=1000003-9000000" } });
        expect(part.content.equals(LARGE_BYTES.subarray(1_000_003, 9_000_001))).toBe(true);
        const end = await get("/stored.bin", { fields: { Range: "bytes=-100001" } });
        expect(end.content.equals(LARGE_BYTES.subarray(-100_001))).toBe(true);
      },
    );
  });
}

describe("a file that is deflated", () => {
  test("leaves as gzip with the archive's own bytes, in part, too", async ({ folder, serveSource }) => {
    await folder.writeOld("site.zip", ZIP);
    const { get } = await serveSource(zip(folder.to("site.zip")));
    for (const target of ["/deflated.txt", "/deflated.bin"]) {
      const whole = await get(target, gzip);
      expect([whole.status, whole.complete, whole.field("content-encoding")]).toEqual([200, true, "gzip"]);
      expect([whole.field("vary"), whole.field("accept-ranges")]).toEqual(["Accept-Encoding", "bytes"]);
      expect(
        gunzipSync(whole.content).equals(target === "/deflated.txt" ? Buffer.from(TEXT) : LARGE_BYTES),
      ).toBe(true);
      expect(ZIP.includes(whole.content.subarray(10, -8))).toBe(true);

      const tag = whole.field("etag")!;
      const length = whole.content.length;
      for (const range of ["0-0", "3-12", "9-10", `${length - 9}-${length - 1}`, "-3", "20-60"]) {
        const part = await get(target, {
          fields: { ...gzip.fields, Range: `bytes=${range}`, "If-Range": tag },
        });
        expect(part.status, range).toBe(206);
        const [, first = "", last = ""] = /bytes (\d+)-(\d+)/.exec(part.field("content-range") ?? "") ?? [];
        expect(part.content.equals(whole.content.subarray(Number(first), Number(last) + 1)), range).toBe(
          true,
        );
      }
      expect((await get(target, { fields: { ...gzip.fields, "If-None-Match": tag } })).status).toBe(304);
    }
  });

  test("is sent whole to a range that names no form", async ({ folder, serveSource }) => {
    await folder.writeOld("site.zip", ZIP);
    const { get } = await serveSource(zip(folder.to("site.zip")));
    for (let round = 0; round < 2; round++) {
      const { status, text, field } = await get("/deflated.txt", {
        fields: { ...gzip.fields, Range: "bytes=5-9" },
      });
      expect([status, text, field("content-encoding")]).toEqual([200, TEXT, undefined]);
    }
  });

  test("is inflated for who wants no gzip, whole", async ({ folder, serveSource }) => {
    await folder.writeOld("site.zip", ZIP);
    const { get } = await serveSource(zip(folder.to("site.zip")));
    for (const [target, content] of [
      ["/deflated.txt", Buffer.from(TEXT)],
      ["/deflated.bin", LARGE_BYTES],
    ] as const) {
      const whole = await get(target, { fields: { "Accept-Encoding": "identity" } });
      expect([whole.status, whole.field("content-encoding")]).toEqual([200, undefined]);
      expect(whole.content.equals(content)).toBe(true);
      expect([whole.field("vary"), whole.field("accept-ranges")]).toEqual(["Accept-Encoding", undefined]);
      const ranged = await get(target, { fields: { Range: "bytes=5-9" } });
      expect([ranged.status, ranged.content.length]).toEqual([200, content.length]);
      const tag = whole.field("etag")!;
      expect((await get(target, { fields: { "If-None-Match": tag } })).status).toBe(304);
      expect((await get(target, gzip)).field("etag")).not.toBe(tag);
    }
  });

  test("is offered as gzip only where that is smaller and can't be mistaken", async ({
    folder,
    serveSource,
  }) => {
    await folder.writeOld("site.zip", ZIP);
    const { get } = await serveSource(zip(folder.to("site.zip")));
    expect((await get("/tiny.txt", gzip)).text).toBe("tiny");
    expect((await get("/log.gz", gzip)).text).toBe(TEXT);
    const plain = await serveSource(zip(folder.to("site.zip"), { precompressed: false }));
    expect((await plain.get("/deflated.txt", gzip)).text).toBe(TEXT);
  });

  test("comes second to its siblings", async ({ folder, serveSource }) => {
    await folder.writeOld("site.zip", ZIP);
    const { get } = await serveSource(zip(folder.to("site.zip")));
    expect((await get("/app.js", gzip)).text).toBe("a sibling");
    expect((await get("/app.js", { fields: { "Accept-Encoding": "gzip, br" } })).text).toBe("br");
  });
});

describe("a folder", () => {
  test("has its index, its slash, and a page that lists it", async ({ folder, serveSource }) => {
    await folder.writeOld("site.zip", ZIP);
    const { get } = await serveSource(zip(folder.to("site.zip")), { list: true });
    expect((await get("/docs/guide/")).text).toBe("<h1>Guide</h1>");
    expect((await get("/docs")).field("location")).toBe("docs/");
    const page = await get("/docs/");
    expect(page.text).toContain('href="./guide/"');
    expect(page.text).toContain('href="./empty/"');
    const root = await get("/");
    expect(root.text).toContain('href="./stored.txt"');
    expect(root.text).toContain("2024-03-10");
  });

  test("can be the root, and is told where it isn't there", async ({ folder, serveSource }) => {
    await folder.writeOld("site.zip", ZIP);
    const { get } = await serveSource(zip(folder.to("site.zip"), { folder: "docs/" }));
    expect((await get("/guide/")).text).toBe("<h1>Guide</h1>");
    expect((await get("/stored.txt")).status).toBe(404);
    for (const path of ["nowhere", "stored.txt"]) {
      const broken = await serveSource(zip(folder.to("site.zip"), { folder: path }));
      expect((await broken.get("/guide/")).status).toBe(500);
      expect(broken.errors.join()).toContain(`no folder "${path}"`);
    }
  });
});

describe("an archive that is replaced", () => {
  const next = makeZip(
    MEMBERS.map((member) => ({ ...member, content: `new ${String(member.name)}`, method: 0 })),
  );

  test.for([{}, { cache: false } as const])(
    "is seen by the next request (%j)",
    async (options, { folder, serveSource }) => {
      await folder.writeOld("site.zip", ZIP);
      const source = zip(folder.to("site.zip"));
      const { get } = await serveSource(source, options);
      await settled(source, "stored.txt");
      const before = await get("/stored.txt");
      await folder.replace("site.zip", next, new Date("2024-03-11T10:00:00Z"));
      const after = await get("/stored.txt", { fields: { "If-None-Match": before.field("etag")! } });
      expect([after.status, after.text]).toEqual([200, "new stored.txt"]);
      await folder.replace("site.zip", makeZip([]), new Date("2024-03-12T10:00:00Z"));
      expect((await get("/stored.txt")).status).toBe(404);
    },
  );

  test("is seen, too, where a look is relied on for a minute but it has to be opened", async ({
    folder,
    serveSource,
  }) => {
    await folder.writeOld("site.zip", ZIP);
    const source = zip(folder.to("site.zip"), { freshFor: 60_000 });
    const { get } = await serveSource(source, { cache: false });
    await settled(source, "stored.txt");
    await folder.replace("site.zip", next, new Date("2024-03-11T10:00:00Z"));
    expect((await get("/stored.txt")).text).toBe("new stored.txt");
  });

  test("is read anew while it is young, whatever its times say", async ({ folder, serveSource }) => {
    await folder.writeOld("site.zip", makeZip([{ name: "a.txt", content: "old" }]));
    const { get } = await serveSource(zip(folder.to("site.zip")));
    for (const content of ["one", "two", "six", "ten"]) {
      await folder.writeOld("site.zip", makeZip([{ name: "a.txt", content }]));
      expect((await get("/a.txt")).text).toBe(content);
    }
  });

  test.for(["/stored.bin", "/deflated.bin"])(
    "is sent to its end where %s was begun",
    async (target, { folder, serveSource }) => {
      for (const fields of [{}, gzip.fields]) {
        await folder.writeOld("site.zip", ZIP);
        const { port, get } = await serveSource(zip(folder.to("site.zip")));
        const expected = await get(target, { fields });
        const slow = await RawConnection.open(port);
        slow.send(requestText(target, { fields }));
        await slow.head();
        const first = await slow.read(100_000);
        await folder.replace("site.zip", next, new Date("2024-03-11T10:00:00Z"));
        expect((await get(target)).text).toBe(`new ${target.slice(1)}`);
        const rest = await slow.read(expected.content.length - first.length);
        slow.close();
        expect(Buffer.concat([first, rest]).equals(expected.content)).toBe(true);
      }
    },
  );

  test("is seen by who asks while the one before is still read", async ({ folder }) => {
    await folder.writeOld("site.zip", ZIP);
    await folder.writeOld("next.zip", makeZip([{ name: "next.txt" }]));
    await settled(zip(folder.to("next.zip")), "next.txt");
    // A link can be pointed to what is already old.
    symlinkSync("site.zip", folder.to("current.zip"));
    const source = zip(folder.to("current.zip"), { freshFor: 0 });
    const before = source.find("stored.txt");
    // Far enough to have opened the archive, and not so far as to have read it.
    for (let step = 0; step < 5; step++) await Promise.resolve();
    symlinkSync("next.zip", folder.to("link"));
    renameSync(folder.to("link"), folder.to("current.zip"));
    expect(await source.find("next.txt")).toBeDefined();
    expect(await source.find("stored.txt")).toBeUndefined();
    await before;
  });

  test("and one that isn't is read once", async ({ folder }) => {
    await folder.writeOld("site.zip", ZIP);
    const source = zip(folder.to("site.zip"));
    await settled(source, "stored.txt");
    const one = await standingOf(source, "stored.txt");
    expect(one).toBeDefined();
    expect(await standingOf(source, "deflated.txt")).toBe(one);

    await folder.writeOld("broken.zip", "broken");
    const broken = zip(folder.to("broken.zip"));
    const failure = (): Promise<unknown> => broken.find("a").catch((error: unknown) => error);
    await expect.poll(async () => (await failure()) === (await failure()), { timeout: 20_000 }).toBe(true);
  });

  test("is missing where it was taken away", async ({ folder, serveSource }) => {
    await folder.writeOld("site.zip", ZIP);
    const { get } = await serveSource(zip(folder.to("site.zip")));
    expect((await get("/stored.txt")).status).toBe(200);
    await folder.remove();
    expect((await get("/stored.txt")).status).toBe(404);
  });
});

test.for(["/stored.bin", "/deflated.bin"])(
  "an archive that is overwritten in place while %s is sent breaks the connection",
  async (target, { folder, serveSource }) => {
    for (const fields of [{}, gzip.fields]) {
      await folder.writeOld("site.zip", ZIP);
      const { port } = await serveSource(zip(folder.to("site.zip")));
      const slow = await RawConnection.open(port);
      slow.send(requestText(target, { fields }));
      const head = await slow.head();
      await slow.read(100_000);
      await overwrite(folder.to("site.zip"), noise(ZIP.length, "other"), 0);
      const rest = await slow.read(Infinity);
      slow.close();
      expect(head.status).toBe(200);
      expect(100_000 + rest.length).toBeLessThan(Number(head.field("content-length")));
    }
  },
);

describe("what is open", () => {
  test("is one descriptor for all who read, and none behind them", async ({ folder, serveSource }) => {
    await folder.writeOld("site.zip", ZIP);
    const { port } = await serveSource(zip(folder.to("site.zip")));
    const readers = await Promise.all(Array.from({ length: 12 }, () => RawConnection.open(port)));
    for (const [index, reader] of readers.entries()) {
      const target = index % 2 === 0 ? "/stored.bin" : "/deflated.bin";
      reader.send(requestText(target, index % 4 === 1 ? gzip : {}));
      expect((await reader.head()).status).toBe(200);
    }
    await expect.poll(() => countDescriptorsBelow(folder.path)).toBe(1);
    const [first, ...others] = readers;
    for (const reader of others) reader.close();
    expect((await first!.read(LARGE)).equals(LARGE_BYTES)).toBe(true);
    first!.close();
    await expect.poll(() => countDescriptorsBelow(folder.path), { timeout: 20_000 }).toBe(0);
  });

  test("is nothing after small files, errors and copies that still stand", async ({
    folder,
    serveSource,
  }) => {
    await folder.writeOld("site.zip", ZIP);
    const { get } = await serveSource(zip(folder.to("site.zip")), { cache: false });
    const { field } = await get("/deflated.txt");
    for (const target of ["/stored.txt", "/deflated.txt", "/missing", "/docs/", "/app.js"]) {
      for (const fields of [
        {},
        gzip.fields,
        { "If-None-Match": field("etag")! },
        { Range: "bytes=99999-" },
      ]) {
        for (const method of ["GET", "HEAD"]) await get(target, { method, fields });
      }
    }
    await expect.poll(() => countDescriptorsBelow(folder.path), { timeout: 20_000 }).toBe(0);
  });
});

test("a Fetch response is the same, and lets go when it is cancelled", async ({ folder, serveSource }) => {
  await folder.writeOld("site.zip", ZIP);
  const { policy } = await serveSource(zip(folder.to("site.zip")));
  const ask = (target: string): Promise<Response> => policy.fetch(new Request(`http://localhost${target}`));
  expect(Buffer.from(await (await ask("/deflated.bin")).arrayBuffer()).equals(LARGE_BYTES)).toBe(true);
  const response = await ask("/deflated.bin");
  const reader = response.body!.getReader();
  await reader.read();
  await reader.cancel();
  await expect.poll(() => countDescriptorsBelow(folder.path), { timeout: 20_000 }).toBe(0);
});

test("a file beyond 4 GiB in an archive of zip64", async ({ folder, serveSource }) => {
  const far = 5 * 1024 * MIB;
  await folder.writeSparse("large.zip", far);
  await overwrite(folder.to("large.zip"), makeZip([{ name: "far.txt", content: TEXT }], far), far);
  const { get } = await serveSource(zip(folder.to("large.zip")));
  const part = await get("/far.txt", { fields: { Range: "bytes=100-199" } });
  expect([part.status, part.text]).toEqual([206, TEXT.slice(100, 200)]);
});
