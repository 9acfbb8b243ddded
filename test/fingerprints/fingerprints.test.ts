// Held-out lists: `isFingerprinted` was tuned on other names. See names/README.md.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isFingerprinted } from "../../src/index.ts";
import { FRAMEWORK_NAMES } from "./framework-names.ts";
import { IDENTIFIERS } from "./identifiers.ts";
import { randomBy } from "./random.ts";

const BUNDLERS = ["vite", "rollup", "webpack", "esbuild", "parcel"];

const LISTS = new Map([
  ...BUNDLERS.map((bundler) => [bundler, namesOf(bundler)] as const),
  ...Object.entries(FRAMEWORK_NAMES).map(([name, make]) => [name, repeat(400, make)] as const),
]);

function namesOf(bundler: string): readonly string[] {
  return readFileSync(new URL(`names/${bundler}.txt`, import.meta.url), "utf8")
    .trim()
    .split("\n");
}

function repeat<T>(count: number, make: (random: ReturnType<typeof randomBy>) => T): readonly T[] {
  const random = randomBy(2026);
  return Array.from({ length: count }, () => make(random));
}

function shareOf(names: readonly string[]): number {
  return names.filter(isFingerprinted).length / names.length;
}

describe("isFingerprinted", () => {
  it("knows at least 98 of 100 names that bundlers and frameworks write", () => {
    expect(shareOf([...LISTS.values()].flat())).toBeGreaterThanOrEqual(0.98);
  });

  // Of Parcel's 8 hexadecimal digits 2.3 % are a number, which could be anything.
  it.each([...LISTS])("knows the names that %s writes", (bundler, names) => {
    expect(names.length).toBeGreaterThanOrEqual(300);
    expect(shareOf(names)).toBeGreaterThanOrEqual(bundler === "parcel" ? 0.97 : 0.98);
  });

  it.each(Object.entries(IDENTIFIERS))("takes the name with %s for one that may change", (_, make) => {
    const wrong = repeat(20_000, make).flatMap((id) =>
      [
        `${id}.js`,
        `${id}.png`,
        `uploads/${id}.min.css`,
        `avatar-${id}.png`,
        `avatar.${id}.jpg`,
        `app-${id}.js`,
        `settings.${id}.json`,
        `settings.${id}.js`,
        `avatars/${id}/photo.webp`,
      ].filter(isFingerprinted),
    );
    expect(wrong).toEqual([]);
  });
});
