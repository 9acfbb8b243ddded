/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import type * as NodeFs from "node:fs";
import { describe, expect, vi } from "vitest";
import type { StetOptions } from "../../src/index.ts";
import { nginx } from "../../src/deliveries.ts";
import type { Folder } from "../support/folder.ts";
import type { RawRequest, RawResponse } from "../support/raw-connection.ts";
import { test } from "../support/served-test.ts";

/**
 * Another process may exchange a folder or a file for a symbolic link between any two system calls of a request. These
 * tests do it at each of these moments, and back again at each later one: nothing of what lies outside the root may be
 * told in any answer.
 */

/** Called before each system call that stet makes while a request runs. */
const hook = vi.hoisted(() => ({ beforeCall: (): void => undefined }));

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

const { renameSync, symlinkSync, utimesSync } = await vi.importActual<typeof NodeFs>("node:fs");

/** No answer about what is inside has this length, this time or these names. */
const LENGTH = 7919;
const TIME = new Date("2001-02-03T04:05:06.789Z");
const TRACES: readonly string[] = [
  String(LENGTH),
  `-${LENGTH.toString(36)}`,
  (BigInt(TIME.getTime()) * 1_000_000n).toString(36),
  Math.floor(TIME.getTime() / 1000).toString(16),
  "03 Feb 2001",
  "2001-02-03",
  "private",
  "hidden-outside",
];

async function layTree(folder: Folder): Promise<void> {
  const outside = "s".repeat(LENGTH);
  for (const name of ["outside/page.txt", "outside/hidden-outside.txt", "outside/kind/x.txt"]) {
    await folder.write(name, outside, TIME);
  }
  utimesSync(folder.to("outside"), TIME, TIME);
  await folder.writeOld("root/folder/page.txt", "a page");
  await folder.writeOld("root/folder/kind", "a file");
  await folder.writeOld("root/page.txt", "a page");
  await folder.writeOld("root/open.txt", "a page");
  await folder.write("root/.env", outside, TIME);
  await folder.writeOld("root/links/a.txt", "a page");
  symlinkSync("../folder/page.txt", folder.to("root/links/to-page.txt"));
  symlinkSync("../outside", folder.to("root/folder.other"));
  symlinkSync("../outside/page.txt", folder.to("root/page.txt.other"));
  symlinkSync(".env", folder.to("root/open.txt.other"));
}

/** Exchanges what stands at two names. No call of stet's comes between. */
function exchange(path: string): void {
  renameSync(path, `${path}.aside`);
  renameSync(`${path}.other`, path);
  renameSync(`${path}.aside`, `${path}.other`);
}

/** Makes the exchange before the calls with these numbers; counts all of them. */
class Exchanges {
  calls = 0;
  #isExchanged = false;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async during<T>(moments: readonly number[], request: () => Promise<T>): Promise<T> {
    this.calls = 0;
    hook.beforeCall = (): void => {
      if (moments.includes(this.calls++)) this.#toggle();
    };
    try {
      return await request();
    } finally {
      hook.beforeCall = (): void => undefined;
      if (this.#isExchanged) this.#toggle();
    }
  }

  #toggle(): void {
    exchange(this.#path);
    this.#isExchanged = !this.#isExchanged;
  }
}

/** What an answer tells of the outside. */
function tracesIn({ head, text }: RawResponse): readonly string[] {
  const told = `${JSON.stringify(head.lines)} ${text}`;
  return TRACES.filter((trace) => told.includes(trace));
}

interface Case {
  readonly what: string;
  readonly swapped: "folder" | "page.txt" | "open.txt";
  readonly target: string;
  readonly request?: RawRequest;
  readonly options?: StetOptions;
  /** As long as nothing is exchanged. */
  readonly status: number;
}

const ANY_TAG: RawRequest = { fields: { "If-None-Match": "*" } };
const LATE_DATE: RawRequest = { fields: { "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT" } };
const FRONT: StetOptions = { delivery: nginx({ "/": "/_internal/" }) };
const BELOW: Pick<Case, "swapped" | "target"> = { swapped: "folder", target: "/folder/page.txt" };
const ITSELF: Pick<Case, "swapped" | "target"> = { swapped: "page.txt", target: "/page.txt" };

const CASES: readonly Case[] = [
  { ...BELOW, what: "the whole file", status: 200 },
  { ...BELOW, what: "If-None-Match: *", request: ANY_TAG, status: 304 },
  { ...BELOW, what: "a late date", request: LATE_DATE, status: 304 },
  { ...BELOW, what: "HEAD", request: { method: "HEAD" }, status: 200 },
  { ...BELOW, what: "a file that nginx sends", options: FRONT, status: 200 },
  {
    ...BELOW,
    what: "HEAD of a file that nginx sends",
    request: { method: "HEAD" },
    options: FRONT,
    status: 200,
  },
  { ...ITSELF, what: "the whole file", status: 200 },
  { ...ITSELF, what: "If-None-Match: *", request: ANY_TAG, status: 304 },
  { ...ITSELF, what: "a late date", request: LATE_DATE, status: 304 },
  {
    ...ITSELF,
    what: "HEAD of a file that nginx sends",
    request: { method: "HEAD" },
    options: FRONT,
    status: 200,
  },
  { swapped: "folder", target: "/folder/", what: "its list", options: { list: true }, status: 200 },
  {
    swapped: "folder",
    target: "/links/",
    what: "a list with a link into it",
    options: { list: true },
    status: 200,
  },
  {
    swapped: "open.txt",
    target: "/open.txt",
    what: "the whole file, and the link leads to a dotfile",
    status: 200,
  },
  {
    swapped: "open.txt",
    target: "/open.txt",
    what: "If-None-Match: *, and the link leads to a dotfile",
    request: ANY_TAG,
    status: 304,
  },
  { swapped: "folder", target: "/folder/kind", what: "a file where a folder is outside", status: 200 },
];

describe(
  "nothing outside the root is told, whenever a link takes the place of",
  { tags: ["one-node"] },
  () => {
    for (const { what, swapped, target, request = {}, options = {}, status } of CASES) {
      for (const blocking of [true, false]) {
        const mode = blocking ? "" : ", in the thread pool";
        test(`the ${swapped === "folder" ? "folder" : "file itself"}: ${what}${mode}`, async ({
          folder,
          serve,
        }) => {
          await layTree(folder);
          // All folders and files are old enough for what is found to be kept.
          vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
          try {
            const exchanges = new Exchanges(folder.to(`root/${swapped}`));
            const askWith = async (moments: readonly number[]): Promise<RawResponse> => {
              const { get } = await serve(
                { ...options, blocking, cache: { freshFor: 2 }, onError: () => undefined },
                folder.to("root"),
              );
              const answer = await exchanges.during(moments, () => get(target, request));
              expect([moments, answer.status, tracesIn(answer)]).toEqual([moments, expect.any(Number), []]);
              if (target === "/folder/kind") expect([moments, answer.status]).not.toEqual([moments, 301]);
              // What was learned on the way tells nothing, either.
              const later = await get(target, { ...request, method: "HEAD" });
              expect([moments, tracesIn(later)]).toEqual([moments, []]);
              return answer;
            };
            expect((await askWith([])).status).toBe(status);
            const { calls } = exchanges;
            for (let first = 0; first < calls; first++) {
              await askWith([first]);
              for (let second = first + 1; second <= calls; second++) await askWith([first, second]);
            }
          } finally {
            vi.useRealTimers();
          }
        });
      }
    }
  },
);
