import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { listDirectory } from "./list-directory.ts";

/** Most file systems hold no date that is out of range; memory's holds any. */
const IN_MEMORY = "/dev/shm";

const folder = mkdtempSync(join(existsSync(IN_MEMORY) ? IN_MEMORY : tmpdir(), "stet-list-"));

afterAll(() => rmSync(folder, { recursive: true }));

describe("listDirectory", () => {
  it("tells whole seconds, and no date that HTTP can't write", async () => {
    const times = { "then.txt": 1_577_836_800.9, "early.txt": new Date(-1e12), "late.txt": 1e13 };
    for (const [name, time] of Object.entries(times)) {
      writeFileSync(join(folder, name), "abc");
      utimesSync(join(folder, name), time, time);
    }
    const entries = await listDirectory({ root: folder, name: folder, isLink: false, mayBeHidden: false });
    const dates = Object.fromEntries(entries.map(({ name, lastModified }) => [name, lastModified]));
    expect(dates["then.txt"]).toBe(1_577_836_800);
    expect(dates["early.txt"]).toBeUndefined();
    if (folder.startsWith(IN_MEMORY)) expect(dates["late.txt"]).toBeUndefined();
    expect(entries.map(({ length }) => length)).toEqual([3, 3, 3]);
  });

  it("keeps the byte order mark that a name begins with", async () => {
    writeFileSync(join(folder, "\uFEFFmarked.txt"), "abcd");
    const entries = await listDirectory({ root: folder, name: folder, isLink: false, mayBeHidden: false });
    expect(entries.find(({ name }) => name === "\uFEFFmarked.txt")?.length).toBe(4);
    expect(entries.filter(({ name }) => name === "marked.txt")).toEqual([]);
  });
});
