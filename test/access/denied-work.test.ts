/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import { describe, expect, onTestFinished, vi } from "vitest";
import { deny, type StetOptions } from "../../src/index.ts";
import { LONG_AGO } from "../support/folder.ts";
import { test } from "../support/served-test.ts";

/**
 * The time of an answer tells a stranger whether a file exists if more is done for one that does. So the same system calls
 * are made for both. `node bench/denied.js` measures the times.
 */

const hook = vi.hoisted(() => ({ beforeCall: (name: string): void => void name }));

vi.mock(import("node:fs"), async (importOriginal) => {
  const actual = await importOriginal();
  const { hooked } = await import("../support/hooked-calls.ts");
  return hooked(actual, hook);
});
vi.mock(import("node:fs/promises"), async (importOriginal) => {
  const actual = await importOriginal();
  const { hooked } = await import("../support/hooked-calls.ts");
  return hooked(actual, hook);
});

interface Case {
  readonly what: string;
  readonly options: StetOptions;
  readonly existing: readonly string[];
  readonly missing: string;
}

const CASES: readonly Case[] = [
  { what: "a file", options: {}, existing: ["/sub/a.txt", "/sub/page.html"], missing: "/sub/b.txt" },
  { what: "a file at the top", options: {}, existing: ["/a.txt"], missing: "/b.txt" },
  { what: "a file with siblings", options: {}, existing: ["/sub/coded.js"], missing: "/sub/cided.js" },
  { what: "a folder", options: { list: true }, existing: ["/sub/deep"], missing: "/sub/beep" },
  { what: "a folder's index", options: {}, existing: ["/sub/deep/"], missing: "/sub/beep/" },
  {
    what: "a folder's list",
    options: { list: true },
    existing: ["/sub/deep/", "/sub/bare/"],
    missing: "/sub/beep/",
  },
  {
    what: "a name without its extension",
    options: { extensions: ["html", "txt"] },
    existing: ["/sub/page", "/sub/a", "/sub/a.txt", "/sub/deep"],
    missing: "/sub/none",
  },
  {
    what: "a page of an application",
    options: { spa: true },
    existing: ["/sub/a.txt"],
    missing: "/sub/b.txt",
  },
  {
    what: "a page of an application, navigated to",
    options: { spa: true },
    existing: ["/sub/plain"],
    missing: "/sub/other",
  },
  { what: "a folder in the way", options: {}, existing: ["/sub/deep/c.txt"], missing: "/sub/none/c.txt" },
];

describe("a guard's deny(404) has the same system calls made for what exists as for what doesn't", () => {
  for (const { what, options, existing, missing } of CASES) {
    test(what, async ({ folder, serve }) => {
      for (const name of [
        "a.txt",
        "sub/a.txt",
        "sub/page.html",
        "sub/plain",
        "sub/deep/index.html",
        "sub/deep/c.txt",
      ])
        await folder.write(name, "text", LONG_AGO);
      for (const name of [
        "sub/bare/x.txt",
        "sub/coded.js",
        "sub/coded.js.br",
        "sub/coded.js.gz",
        "index.html",
      ])
        await folder.write(name, "text", LONG_AGO);
      // All is old enough for what is found to be remembered.
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
      onTestFinished(() => void vi.useRealTimers());
      const { get } = await serve({ ...options, guard: () => deny(404) });
      const callsFor = async (target: string): Promise<readonly string[]> => {
        const calls: string[] = [];
        hook.beforeCall = (name): void => void calls.push(name);
        const { status } = await get(target, { fields: { Accept: "text/html", "Accept-Encoding": "br" } });
        hook.beforeCall = (): void => undefined;
        expect([target, status]).toEqual([target, 404]);
        return calls;
      };
      for (const target of [missing, ...existing]) await callsFor(target);
      for (const target of existing)
        expect([target, await callsFor(target)]).toEqual([target, await callsFor(missing)]);
    });
  }
});
