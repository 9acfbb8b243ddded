import type { Browser, BrowserContext, Page, Response } from "playwright-core";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { startChromium } from "../../support/chromium.ts";
import { requireClients } from "../../support/clients.ts";
import { readSample, type Site } from "../site.ts";
import { spreadVideo } from "../spread-video.ts";
import { PATIENCE } from "../visitor.ts";

/** Bytes after each of the 200 pictures: more together than a player reads ahead. */
const ROOM = 100_000;

/** What its users do, in a real browser. */
export function inBrowser(site: () => Promise<Site>): void {
  describe("in Chromium", () => {
    let browser: Promise<Browser> | undefined;
    let context: BrowserContext | undefined;

    beforeEach(requireClients("chromium"));
    afterEach(async () => {
      await context?.close();
    });
    afterAll(async () => {
      await (await browser)?.close();
    });

    async function signIn(name: string): Promise<Page> {
      const { port, password } = await site();
      browser ??= startChromium();
      context = await (await browser).newContext({ baseURL: `http://127.0.0.1:${port}` });
      const page = await context.newPage();
      await page.goto("/");
      await page.getByLabel("Name").fill(name);
      await page.getByLabel("Password").fill(password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("heading", { name: "Documents" }).waitFor();
      return page;
    }

    test("one signs in, and opens a PDF", async () => {
      const page = await signIn("grace");
      await page.getByRole("link", { name: "Welcome.pdf" }).click();
      const [response] = await Promise.all([
        page.waitForResponse(/\/view$/),
        page.getByRole("link", { name: "Open" }).click(),
      ]);
      expect(response.status()).toBe(200);
      // The browser's own viewer has it: a frame of its own, which it fills when it can read the document.
      await vi.waitFor(() => expect(page.frames().length).toBeGreaterThan(1), PATIENCE);
      expect(await page.evaluate(() => document.contentType)).toBe("application/pdf");
    });

    test("one uploads a file, finds it in the list, and downloads it", async () => {
      const page = await signIn("grace");
      const buffer = Buffer.from("Minutes of the meeting\n");
      await page
        .getByLabel("File")
        .setInputFiles({ name: "Minutes – 1.txt", mimeType: "text/plain", buffer });
      await page.getByRole("button", { name: "Upload" }).click();
      await page.getByRole("heading", { name: "Minutes – 1.txt" }).waitFor();
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name: "Download" }).click(),
      ]);
      expect(download.suggestedFilename()).toBe("Minutes – 1.txt");
      expect(await download.failure()).toBeNull();
      await page.getByRole("link", { name: "Documents" }).click();
      await page.getByRole("link", { name: "Minutes – 1.txt" }).waitFor();
    });

    test("one seeks in a video, loses the permission, and gets neither 304 nor 206 from then on", async () => {
      const { application, signIn: visit } = await site();
      // Straight to the application, for what stands in front has a limit of its own.
      const ada = (await visit("ada")).at(application.port);
      const video = spreadVideo(await readSample("Test card.mp4"), ROOM);
      const document = await ada.upload("Film.mp4", video, "engineering");

      await ada.askWhenOld(`${document}/view`);

      const page = await signIn("grace");
      const responses: Response[] = [];
      page.on("response", (response) => {
        if (response.url().endsWith("/view")) responses.push(response);
      });
      await page.goto(document);
      expect(await seek(page, 16)).toBe("seeked");
      expect(await seek(page, 5)).toBe("seeked");
      for (const response of responses) expect([206, 304]).toContain(response.status());
      const begins = responses.map((response) =>
        Number(/bytes (\d+)/.exec(response.headers()["content-range"] ?? "")?.[1] ?? 0),
      );
      expect(Math.max(...begins)).toBeGreaterThan(video.length / 2);

      await ada.submit("/groups/engineering/remove", new URLSearchParams({ member: "grace" }));
      const lost = Date.now();
      expect(await seek(page, 11)).toBe("error");
      const view = await page.goto(`${document}/view`);
      expect(view?.status()).toBe(404);
      expect((await page.goto(document))?.status()).toBe(404);
      expect((await page.reload())?.status()).toBe(404);
      expect(await page.textContent("h1")).toBe("Not here");
      // What the player had asked for before may still come.
      const later = responses.filter((response) => response.request().timing().startTime > lost);
      expect(new Set(later.map((response) => response.status()))).toEqual(new Set([404]));
      await ada.submit("/groups/engineering/add", new URLSearchParams({ member: "grace" }));
    });
  });
}

/** Seeks in the page's video. @returns what became of it, when the picture is there or can't be had */
function seek(page: Page, seconds: number): Promise<string> {
  return page.evaluate(async (seconds) => {
    const video = document.querySelector("video");
    if (video === null) return "no video";
    const first = (...events: readonly string[]): Promise<string> =>
      new Promise((resolve) => {
        for (const event of events) video.addEventListener(event, () => resolve(event), { once: true });
      });
    if (video.readyState === 0) await first("loadedmetadata", "error");
    // What it reads ahead may have been refused already.
    if (video.error !== null) return "error";
    video.currentTime = seconds;
    return first("seeked", "error");
  }, seconds);
}
