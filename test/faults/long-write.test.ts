import { type BigIntStats, statSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { stet } from "../../src/index.ts";
import { zip } from "../../src/zip.ts";
import { Folder } from "../support/folder.ts";
import { listen } from "../support/listen.ts";
import { makeZip } from "../support/make-zip.ts";
import { MappedFile } from "../support/mapped-file.ts";
import { request } from "../support/raw-connection.ts";
import { skipAloud } from "../support/skip-aloud.ts";

let folder: Folder;

beforeEach(async () => {
  folder = await Folder.make();
  vi.useFakeTimers({ toFake: ["Date"] });
});

afterEach(async () => {
  vi.useRealTimers();
  await folder.remove();
});

/** All that a write changes of what the system tells of a file. */
function traceOf(path: string): readonly bigint[] {
  const { ino, size, mtimeNs, ctimeNs }: BigIntStats = statSync(path, { bigint: true });
  return [ino, size, mtimeNs, ctimeNs];
}

/** Moves the clock to where the file is so many seconds old. */
function atAge(path: string, seconds: number): void {
  vi.setSystemTime(statSync(path).mtimeMs + seconds * 1000);
}

describe("a file that is still being written, without a trace, when it is first asked for", () => {
  // As under one write() that takes long: the times are those of its start. A mapping writes the same way, and can be stopped.
  it.each([
    { "first read at": 3, "written until": 5, "asked again at": 6 },
    { "first read at": 40, "written until": 79, "asked again at": 80 },
  ])("is read again once it is twice as old: %o", async (ages) => {
    await folder.write("a.txt", "old content");
    const path = folder.to("a.txt");
    const mapped = await MappedFile.open(path);
    const before = traceOf(path);
    const { port, close } = await listen(stet(folder.path).node);
    try {
      atAge(path, ages["first read at"]);
      expect((await request(port, "/a.txt")).text).toBe("old content");
      atAge(path, ages["written until"]);
      await mapped.write("new content");
      expect((await request(port, "/a.txt")).text, "it is kept").toBe("old content");
      if (traceOf(path).join() !== before.join()) skipAloud("a write through a mapping leaves a trace here");
      atAge(path, ages["asked again at"]);
      expect((await request(port, "/a.txt")).text).toBe("new content");
    } finally {
      await close();
    }
  });

  it("has another entity tag by its content then", async () => {
    await folder.write("a.txt", "old content");
    const path = folder.to("a.txt");
    const mapped = await MappedFile.open(path);
    const { port, close } = await listen(stet(folder.path, { entityTags: "content" }).node);
    const another = await listen(stet(folder.path, { entityTags: "content" }).node);
    try {
      atAge(path, 3);
      const old = await request(port, "/a.txt");
      atAge(path, 5);
      await mapped.write("new content");
      // Of what is read now the tag is made now, whoever has made one before.
      const fields = { "If-None-Match": old.field("etag") ?? "" };
      expect((await request(another.port, "/a.txt", { fields })).text).toBe("new content");
      atAge(path, 6);
      expect((await request(port, "/a.txt", { fields })).text).toBe("new content");
    } finally {
      await close();
      await another.close();
    }
  });

  it("is read again in an archive, too", async () => {
    const archive = (content: string): Buffer => makeZip([{ name: "a.txt", content: Buffer.from(content) }]);
    await folder.write("site.zip", archive("old content"));
    const path = folder.to("site.zip");
    const { port, close } = await listen(stet(zip(path)).node);
    try {
      const mapped = await MappedFile.open(path);
      atAge(path, 3);
      expect((await request(port, "/a.txt")).text).toBe("old content");
      await mapped.write("new content", archive("old content").indexOf("old content"));
      atAge(path, 6);
      expect((await request(port, "/a.txt")).text).toBe("new content");
    } finally {
      await close();
    }
  });
});
