import { describe, expect, it } from "vitest";
import type { Entry } from "../sources/source.ts";
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

  it.each([
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
