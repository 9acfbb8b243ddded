import { rm } from "node:fs/promises";
import { beforeEach, expect, test } from "vitest";
import { stet } from "../../src/index.ts";
import { startChromium } from "../support/chromium.ts";
import { requireClients } from "../support/clients.ts";
import { Folder } from "../support/folder.ts";
import { listen } from "../support/listen.ts";

beforeEach(requireClients("chromium"));

test("a browser asks again for what was redirected: tomorrow's site on this port may have a page there", async () => {
  const folder = await Folder.make();
  await folder.writeOld("docs/index.html", "<p>a folder</p>");
  const files = stet(folder.path, { extensions: ["html"] });
  const { port, close } = await listen((request, response) => void files.node(request, response));
  const browser = await startChromium();
  try {
    const page = await browser.newPage();
    const url = `http://127.0.0.1:${port}/docs`;
    await page.goto(url);
    expect([page.url(), await page.innerText("p")]).toEqual([`${url}/`, "a folder"]);
    await rm(folder.to("docs"), { recursive: true });
    await folder.writeOld("docs.html", "<p>a file</p>");
    await page.goto(url);
    expect([page.url(), await page.innerText("p")]).toEqual([url, "a file"]);
  } finally {
    await browser.close();
    await close();
    await folder.remove();
  }
});
