import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { zip } from "../../src/zip.ts";
import { serveSource, type ServedSource } from "../archives/serve-archive.ts";
import { startChromium } from "../support/chromium.ts";
import { requireClients } from "../support/clients.ts";
import { Folder } from "../support/folder.ts";
import { makeZip } from "../support/make-zip.ts";

/** Some kilobytes, and more than what is sent in one piece. Chromium accepts gzip, and never checks its trailer. */
const SMALL = "a line of text\n".repeat(400);
const LARGE = Array.from({ length: 200_000 }, (_, line) => `line ${line}\n`).join("");

const MEMBERS = [
  ["small", SMALL],
  ["large", LARGE],
].flatMap(([size = "", content = ""]) => [
  { name: `${size}-right.txt`, content, method: 8 },
  { name: `${size}-longer.txt`, content, method: 8, told: { length: content.length - 1000 } },
  { name: `${size}-shorter.txt`, content, method: 8, told: { length: content.length + 1000 } },
  { name: `${size}-crc.txt`, content, method: 8, told: { crc32: 12_345 } },
]);

let folder: Folder;
let served: ServedSource;
let browser: Browser | undefined;
let page: Page;

beforeAll(async () => {
  folder = await Folder.make();
  await folder.writeOld(
    "site.zip",
    makeZip([{ name: "index.html", content: "<!doctype html>" }, ...MEMBERS]),
  );
  served = await serveSource(zip(folder.to("site.zip")));
});

afterAll(async () => {
  await browser?.close();
  await served.close();
  await folder.remove();
});

beforeEach(requireClients("chromium"));

beforeEach(async () => {
  browser ??= await startChromium();
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${served.port}/`);
});

/** What a script gets for a file: its length and coding, or that it failed. */
function fetchFile(name: string): Promise<string> {
  return page.evaluate(async (path) => {
    try {
      const response = await fetch(path, { cache: "no-store" });
      if (!response.ok) return "refused";
      const coding = response.headers.get("content-encoding");
      return `${coding} ${(await response.text()).length}`;
    } catch {
      return "broken off";
    }
  }, `/${name}`);
}

test("a deflated file that is what its archive says arrives as gzip", async () => {
  expect(await fetchFile("small-right.txt")).toBe(`gzip ${SMALL.length}`);
  expect(await fetchFile("large-right.txt")).toBe(`gzip ${LARGE.length}`);
});

test.each(["longer", "shorter", "crc"])("one that isn't is never complete: %s", async (how) => {
  expect(await fetchFile(`small-${how}.txt`)).toBe("refused");
  expect(await fetchFile(`large-${how}.txt`)).toMatch(/^(?:refused|broken off)$/);
  // What was found is kept for a while, so the next request is refused; on a slow machine, one after that.
  await expect.poll(() => fetchFile(`large-${how}.txt`)).toBe("refused");
});
