import { createHash } from "node:crypto";
import {
  type BigIntStats,
  closeSync,
  fstatSync,
  mkdtempSync,
  openSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { performance } from "node:perf_hooks";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { contentHashes } from "./content-hashes.ts";
import { hashFile } from "./hash-thread.ts";
import { SourceError } from "./source.ts";

const folder = mkdtempSync(join(tmpdir(), "stet-hashes-"));
const path = join(folder, "a.bin");

/** Zeros, which take no room on the disk. */
const LENGTH = 300_000_001;

let descriptor: number;

function write(content: string): BigIntStats {
  writeFileSync(path, content);
  return fstatSync(descriptor, { bigint: true });
}

function writeZeros(): BigIntStats {
  truncateSync(path, LENGTH);
  return fstatSync(descriptor, { bigint: true });
}

/** A time at which the file is so many milliseconds old. */
function atAge(stats: BigIntStats, age: number): number {
  return Math.max(Number(stats.mtimeMs), Number(stats.ctimeMs)) + age;
}

function sha256(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}

beforeAll(() => {
  writeFileSync(path, "");
  descriptor = openSync(path, "r");
});

afterAll(() => {
  closeSync(descriptor);
  rmSync(folder, { recursive: true });
});

describe("the hash of a file", () => {
  it.each(["", "a", "ab".repeat(131_072), "abc".repeat(300_000)])("is SHA-256", async (content) => {
    const stats = write(content);
    expect(await contentHashes.ofFile(descriptor, path, stats, Date.now())).toBe(sha256(content));
    expect(contentHashes.ofContent(Buffer.from(content), stats, Date.now())).toBe(sha256(content));
  });

  it("is made where threads aren't allowed, too", async () => {
    const stats = write("abc".repeat(300_000));
    vi.resetModules();
    vi.doMock("node:worker_threads", () => ({
      Worker: function restricted(): never {
        throw new Error("Access to this API has been restricted.");
      },
    }));
    const { hashFile } = await import("./hash-thread.ts");
    vi.doUnmock("node:worker_threads");
    const hashed = await hashFile({ descriptor, path, length: Number(stats.size) });
    expect(hashed.digest).toBe(sha256("abc".repeat(300_000)));
  });

  it("isn't given for what can't be read", async () => {
    await expect(hashFile({ descriptor: -1, path, length: 1 })).rejects.toThrow(SourceError);
  });

  it("is made once for all who ask for one version at the same time", async () => {
    const stats = write("content");
    const asked = [1, 2, 3].map(() => contentHashes.ofFile(descriptor, path, stats, Date.now()));
    expect(new Set(asked).size).toBe(1);
    await Promise.all(asked);
    const askedLater = contentHashes.ofFile(descriptor, path, stats, Date.now());
    expect(askedLater).not.toBe(asked[0]);
    await askedLater;
  });

  it("is made off the event loop", async () => {
    // The thread is there before.
    await contentHashes.ofFile(descriptor, path, write(""), Date.now());
    const stats = writeZeros();
    const before = performance.eventLoopUtilization();
    const hashed = await contentHashes.ofFile(descriptor, path, stats, Date.now());
    expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.5);
    expect(hashed).toBe("cf9836a94748f8b5b55c06f0040185d44941cd0795c056495c127ddec88074f2");
  });

  it("isn't given for a file that changes while it is read", async () => {
    const stats = write("");
    const grown = writeZeros();
    const changed = { code: "changed" };
    await expect(contentHashes.ofFile(descriptor, path, stats, Date.now())).rejects.toMatchObject(changed);
    const hashing = contentHashes.ofFile(descriptor, path, grown, Date.now());
    utimesSync(path, grown.atime, grown.mtime);
    await expect(hashing).rejects.toMatchObject(changed);
  });
});

describe("a hash that was made", () => {
  it("is known for as long as the file has its inode, size and both of its times", () => {
    const stats = write("content");
    const now = atAge(stats, 400_000);
    contentHashes.ofContent(Buffer.from("content"), stats, now);
    expect(contentHashes.known(stats, now)).toBe(sha256("content"));
    expect(contentHashes.known(stats, now + 1e9)).toBe(sha256("content"));
    for (const name of ["ino", "dev", "size", "mtimeNs", "ctimeNs"] as const) {
      contentHashes.ofContent(Buffer.from("content"), stats, now);
      expect(contentHashes.known({ ...stats, [name]: 1n }, now), name).toBe(undefined);
    }
  });

  it("isn't known of a young file, and is made again when the file has become twice as old", async () => {
    const stats = write("content");
    await contentHashes.ofFile(descriptor, path, stats, atAge(stats, 1999));
    expect(contentHashes.known(stats, atAge(stats, 1999))).toBe(undefined);
    await contentHashes.ofFile(descriptor, path, stats, atAge(stats, 3000));
    expect(contentHashes.known(stats, atAge(stats, 5999))).toBe(sha256("content"));
    expect(contentHashes.known(stats, atAge(stats, 6000))).toBe(undefined);
  });

  it("isn't known of a small file that is still to be read again: it is hashed with each reading", () => {
    const stats = write("content");
    contentHashes.ofContent(Buffer.from("content"), stats, atAge(stats, 299_999));
    expect(contentHashes.known(stats, atAge(stats, 299_999))).toBe(undefined);
  });
});
