import { type BigIntStats, statSync, utimesSync, writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { isPlaceholder, toWholeSeconds, validatorsOf } from "./version.ts";

const folder = mkdtempSync(join(tmpdir(), "stet-version-"));
const path = join(folder, "a.txt");

afterAll(() => rmSync(folder, { recursive: true }));

function statsOf(content: string, seconds: number): BigIntStats {
  writeFileSync(path, content);
  utimesSync(path, seconds, seconds);
  return statSync(path, { bigint: true });
}

describe("validatorsOf", () => {
  const at = 1_577_836_800;

  it("is weak until the file is 2 s old, and another one, strong, from then on", () => {
    const stats = statsOf("abc", at);
    const tag = (now: number): unknown => validatorsOf(stats, undefined, now).entityTag;
    const { opaque = "" } = validatorsOf(stats, undefined, at * 1000 + 2000).entityTag ?? {};
    expect(tag(at * 1000 + 2000)).toEqual({ opaque, weak: false });
    expect(tag(at * 1000 + 1999)).toEqual({ opaque: `${opaque}-young`, weak: true });
    expect(tag(at * 1000 - 5000)).toEqual({ opaque: `${opaque}-young`, weak: true });
  });

  it("differs by size, by coding, and by a fraction of a millisecond", () => {
    const opaqueOf = (stats: BigIntStats, coding?: string): unknown =>
      validatorsOf(stats, coding, 0).entityTag?.opaque;
    const one = statsOf("abc", at);
    const all = [one, statsOf("abcd", at), statsOf("abc", at + 0.0005)].map((stats) => opaqueOf(stats));
    expect(new Set([...all, opaqueOf(one, "gzip"), opaqueOf(one, "br")]).size).toBe(5);
  });

  it("tells whole seconds, and no date that HTTP can't write", () => {
    expect(validatorsOf(statsOf("abc", at + 0.9), undefined, 0).lastModified).toBe(at);
    const stats = statsOf("abc", at);
    for (const mtimeNs of [-1_000_000_000n, 253_402_300_800_000_000_000n]) {
      expect(validatorsOf(Object.assign(stats, { mtimeNs }), undefined, 0).lastModified).toBeUndefined();
    }
  });
});

describe("isPlaceholder", () => {
  it.each([
    "1901-12-13T20:45:52Z",
    "1970-01-01T00:00:00Z",
    "1970-01-01T00:00:01Z",
    "1979-11-30T00:00:00Z",
    "1979-12-31T10:00:00Z",
    "1980-01-01T00:00:01Z",
    "1980-01-01T12:00:00Z",
    "1980-01-02T00:00:00Z",
    "1980-02-01T00:00:00Z",
    "1981-01-01T01:01:02Z",
    "1984-06-22T21:50:00Z",
    "1985-10-26T08:15:00Z",
    "2000-01-01T00:00:00Z",
    "2006-07-24T01:21:28Z",
    "2020-02-02T00:00:00Z",
  ])("is true of what tools give to all files: %s", (date) => {
    const seconds = Date.parse(date) / 1000;
    expect(isPlaceholder(seconds)).toBe(true);
    expect(toWholeSeconds(seconds)).toBeUndefined();
    expect(toWholeSeconds(seconds + 0.5)).toBeUndefined();
  });

  it.each(["1983-01-01T00:00:00Z", "1985-10-26T08:15:01Z", "1999-12-31T23:59:59Z", "2026-11-30T12:00:00Z"])(
    "is false of what a file can have: %s",
    (date) => {
      const seconds = Date.parse(date) / 1000;
      expect(isPlaceholder(seconds)).toBe(false);
      expect(toWholeSeconds(seconds + 0.9)).toBe(seconds);
    },
  );
});
