import { describe, expect, it } from "vitest";
import type { Entry, OpenRepresentation } from "../sources/source.ts";
import { listingOf } from "./listing.ts";

const NAMES = { dotfiles: "hide", portableNames: true, windows: false } as const;

async function pageOf(path: string, entries: readonly Partial<Entry>[]): Promise<string> {
  const complete = entries.map((entry): Entry => ({
    name: "a",
    kind: "file",
    length: 1,
    lastModified: 0,
    ...entry,
  }));
  const resource = listingOf(NAMES)(path, { kind: "directory", list: () => Promise.resolve(complete) });
  const open = await resource.open({ contentCoding: undefined });
  return new TextDecoder().decode(open?.bytes);
}

/** What a browser would make of the page's links. */
function hrefsOf(page: string): string[] {
  return [...page.matchAll(/href="([^"]*)"/g)].map(([, href = ""]) => href);
}

describe("the page of a directory", () => {
  it("shows folders first, then files by name, each a relative link", async () => {
    const page = await pageOf("docs", [
      { name: "b.txt" },
      { name: "a.txt" },
      { name: "z", kind: "directory" },
    ]);
    expect(hrefsOf(page)).toEqual(["../", "./z/", "./a.txt", "./b.txt"]);
    expect(page).toContain("<h1>Index of /docs/</h1>");
  });

  it("has no parent at the root", async () => {
    expect(hrefsOf(await pageOf("", [{ name: "a.txt" }]))).toEqual(["./a.txt"]);
  });

  it("shows bytes and time", async () => {
    const page = await pageOf("", [{ name: "a.txt", length: 1234, lastModified: 1_577_836_800 }]);
    expect(page).toContain(">1234<");
    expect(page).toContain(">2020-01-01 00:00:00<");
  });

  it("names the zone of its dates", async () => {
    expect(await pageOf("", [])).toContain(">Last modified (UTC)<");
  });

  it.each([1e13, 8.64e12 + 1, 253_402_300_800, -62_167_219_201, -1e13, Number.NaN])(
    "shows no date where %s s is none that has four digits for its year",
    async (lastModified) => {
      expect(await pageOf("", [{ name: "a.txt", lastModified }])).toContain(
        '<td class="date"></td></tr>\n</table>',
      );
    },
  );

  it("shows the first and the last date that has", async () => {
    const page = await pageOf("", [
      { name: "a.txt", lastModified: -62_167_219_200 },
      { name: "b.txt", lastModified: 253_402_300_799 },
    ]);
    expect(page).toContain(">0000-01-01 00:00:00<");
    expect(page).toContain(">9999-12-31 23:59:59<");
  });

  it("is made once for all who ask at the same time, from one buffer", async () => {
    let looks = 0;
    const list = async (): Promise<readonly Entry[]> => {
      looks++;
      await new Promise(setImmediate);
      return [];
    };
    const toResource = listingOf(NAMES);
    const open = (path: string): Promise<OpenRepresentation | undefined> =>
      toResource(path, { kind: "directory", list }).open({ contentCoding: undefined });
    const [one, two, other] = await Promise.all([open("a"), open("a"), open("b")]);
    expect(looks).toBe(2);
    expect(one?.bytes).toBe(two?.bytes);
    expect(one?.bytes).not.toBe(other?.bytes);
  });

  it.each([
    "\uFEFFbegins with a mark.txt",
    "<img src=x onerror=alert(1)>.txt",
    `a"onmouseover="alert(1).txt`,
    "a'b.txt",
    "&lt;script&gt;.txt",
    "javascript:alert(1)",
    "//evil.example",
    "a..%2f..%2fetc",
    "a b#c?d.txt",
    "ünïcode ☃.txt",
    "\u202Etxt.exe",
  ])("is safe against the name %j", async (name) => {
    const page = await pageOf("", [{ name }]);
    const [href] = hrefsOf(page);
    if (name.includes("/")) {
      expect(href).toBeUndefined();
      return;
    }
    const url = new URL(href ?? "", "http://localhost/folder/");
    expect(url.origin).toBe("http://localhost");
    expect(decodeURIComponent(url.pathname)).toBe(`/folder/${name}`);
    expect(page.replace(/<\/?bdi>/g, "").match(/<(?:img|script)/)).toBeNull();
  });

  it("leaves out what a request couldn't reach", async () => {
    const hidden = [".git", ".env", "con", "trailing.", "a\\b", "a\nb"].map((name) => ({ name }));
    expect(hrefsOf(await pageOf("", hidden))).toEqual([]);
  });

  it("lets nothing run or load", async () => {
    expect(await pageOf("", [])).toContain("default-src 'none'");
  });
});
