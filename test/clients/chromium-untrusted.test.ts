import { readFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import type { Browser, Frame, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { stet, type Stet, type StetOptions } from "../../src/index.ts";
import { startChromium } from "../support/chromium.ts";
import { requireClients } from "../support/clients.ts";
import { Folder } from "../support/folder.ts";
import { listen, type Listening } from "../support/listen.ts";
import { toPdf, toWav } from "../support/media-files.ts";

/** For whatever a browser does in its own time. */
const PATIENCE = { timeout: 60_000, interval: 50 };

/** Runs while its page is read: whoever has waited for the page knows whether it ran. */
const SCRIPT = "document.title = `ran in ${self.origin}`";
const XHTML = `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>quiet</title></head><body><script>${SCRIPT}</script></body></html>`;

const PAGES: Readonly<Record<string, string>> = {
  "page.html": `<!doctype html><title>quiet</title><p>text</p><script>${SCRIPT}</script>`,
  "page.xhtml": XHTML,
  "data.xml": XHTML,
  "drawing.svg": `<svg xmlns="http://www.w3.org/2000/svg"><title>quiet</title><script>${SCRIPT}</script></svg>`,
};
const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
const UPLOADS: Readonly<Record<string, string | Uint8Array>> = {
  ...PAGES,
  "script.js": "self.ran = true",
  "data.json": '{"secret": 1}',
  "photo.png": Buffer.from(PIXEL, "base64"),
  "notes.txt": "<b>notes</b>",
  "report.pdf": toPdf("1 0 0"),
  "film.webm": readFileSync(new URL("../support/film.webm", import.meta.url)),
  "song.wav": toWav(180),
};

/** Each serves the same files below its name. */
const POLICIES: Readonly<Record<string, StetOptions>> = {
  own: {},
  uploads: { untrusted: true },
  shared: { untrusted: { crossOriginResourcePolicy: "cross-origin" } },
  shown: {
    untrusted: {
      inline: ["text/html", "text/xml", "application/xml", "application/xhtml+xml", "image/svg+xml"],
    },
  },
  // As docs/untrusted.md has it.
  plain: {
    untrusted: true,
    type: (path) => (/\.(?:[cm]?js|css)$/i.test(path) ? "application/octet-stream" : undefined),
  },
};

let folder: Folder;
let server: Listening;
let browser: Browser | undefined;
let page: Page;
/** The site that has the uploads, and another one. */
let site: string;
let other: string;
/** What was answered: target, status, and where a part began. */
const answered: string[] = [];
/** Whether the files below `/changed` are called a stranger's by now. */
let isChanged = false;

beforeAll(async () => {
  folder = await Folder.make();
  for (const [name, content] of Object.entries(UPLOADS)) await folder.writeOld(name, content);
  server = await listen(toListener());
  site = `http://127.0.0.1:${server.port}`;
  other = `http://localhost:${server.port}`;
});

afterAll(async () => {
  await browser?.close();
  await server.close();
  await folder.remove();
});

beforeEach(requireClients("chromium"));

beforeEach(async () => {
  browser ??= await startChromium();
  page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE.timeout);
});

afterEach(() => page?.context().close());

/** Below `/page`, a page of the site's own, with what its query says; otherwise the files. */
function toListener(): RequestListener {
  const policyOf = (name: string, options: StetOptions = POLICIES[name] ?? {}): [string, Stet] => [
    name,
    stet(folder.path, { ...options, prefix: `/${name}` }),
  ];
  const policies = new Map(Object.keys(POLICIES).map((name) => policyOf(name)));
  const before = new Map([policyOf("changed")]);
  const after = new Map([policyOf("changed", { untrusted: true })]);
  return (request, response) => {
    const { pathname, search } = new URL(request.url ?? "", "http://localhost");
    const [, name = ""] = pathname.split("/");
    if (name === "page") {
      response.setHeader("Content-Type", "text/html; charset=utf-8");
      response.end(`<!doctype html><title>own</title>${decodeURIComponent(search.slice(1))}`);
      return;
    }
    response.once("close", () => {
      const [firstPos = ""] = /\d+/.exec(String(response.getHeader("content-range") ?? "")) ?? [];
      answered.push(`${pathname} ${response.statusCode} ${firstPos}`.trimEnd());
    });
    const files = policies.get(name) ?? (isChanged ? after : before).get(name);
    if (files === undefined) response.writeHead(404).end();
    else void files.node(request, response);
  };
}

/** A page of a site's own. */
function pageOf(origin: string, html: string): string {
  return `${origin}/page?${encodeURIComponent(html)}`;
}

/** Goes to what is to be downloaded. @returns the name under which it is saved */
async function download(url: string): Promise<string> {
  const [saved] = await Promise.all([
    page.waitForEvent("download"),
    // A download is no navigation, and so is told as a failed one.
    page.goto(url).catch(() => undefined),
  ]);
  return saved.suggestedFilename();
}

function frameOf(url: string): Frame {
  const frame = page.frames().find((frame) => frame.url() === url);
  if (frame === undefined) throw new Error(`There is no frame of ${url}.`);
  return frame;
}

const titleOf = (frame: Frame): Promise<string> => frame.evaluate(() => document.title || "quiet");

describe.each(Object.keys(PAGES))("an uploaded %s", (name) => {
  const frames = [
    (url: string) => `<iframe src="${url}"></iframe>`,
    (url: string) => `<object data="${url}"></object>`,
    (url: string) => `<embed src="${url}">`,
  ];

  test("runs in the site where nobody says that it is a stranger's", async () => {
    await page.goto(`${site}/own/${name}`);
    expect(await titleOf(page.mainFrame())).toBe(`ran in ${site}`);
    await page.goto(pageOf(site, frames[0]?.(`/own/${name}`) ?? ""));
    expect(await titleOf(frameOf(`${site}/own/${name}`))).toBe(`ran in ${site}`);
  });

  test("is saved, and not shown", async () => {
    expect(await download(`${site}/uploads/${name}`)).toBe(name);
    expect(page.url()).toBe("about:blank");
    for (const frame of frames) {
      await download(pageOf(site, frame(`/uploads/${name}`)));
      for (const part of page.frames()) expect(await titleOf(part)).not.toContain("ran");
      expect(page.frames().map((part) => part.url())).not.toContain(`${site}/uploads/${name}`);
    }
  });

  test("doesn't run where it is shown all the same, and is of no origin", async () => {
    const url = `${site}/shown/${name}`;
    await page.goto(url);
    expect(await titleOf(page.mainFrame())).toBe("quiet");
    expect(await page.evaluate(() => self.origin)).toBe("null");
    for (const frame of frames) {
      await page.goto(pageOf(site, frame(`/shown/${name}`)));
      expect(await titleOf(frameOf(url))).toBe("quiet");
      expect(await frameOf(url).evaluate(() => self.origin)).toBe("null");
    }
  });
});

test("a page that was kept from before doesn't run any more, once it is called a stranger's", async () => {
  const url = `${site}/changed/page.html`;
  isChanged = false;
  await page.goto(url);
  expect(await page.title()).toBe(`ran in ${site}`);
  isChanged = true;
  await page.goto("about:blank");
  await page.goto(url);
  await expect.poll(() => answered.at(-1), PATIENCE).toBe("/changed/page.html 304");
  expect(await page.title()).toBe("quiet");
  expect(await page.evaluate(() => self.origin)).toBe("null");
});

/** The part of what is seen that is red. */
async function redness(): Promise<number> {
  const png = (await page.screenshot()).toString("base64");
  const measuring = (await browser?.newPage()) ?? page;
  const part = await measuring.evaluate(async (source) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.width;
    canvas.height = image.height;
    const context = canvas.getContext("2d");
    context?.drawImage(image, 0, 0);
    const pixels = context?.getImageData(0, 0, image.width, image.height).data ?? [];
    let red = 0;
    for (let at = 0; at < pixels.length; at += 4) {
      if ((pixels[at] ?? 0) > 200 && (pixels[at + 1] ?? 0) < 50 && (pixels[at + 2] ?? 0) < 50) red++;
    }
    return (red * 4) / pixels.length;
  }, `data:image/png;base64,${png}`);
  await measuring.context().close();
  return part;
}

describe("what is harmless is shown", () => {
  test("a PDF, by Chromium's own viewer", async () => {
    await page.goto(`${site}/uploads/report.pdf`);
    await expect.poll(redness, PATIENCE).toBeGreaterThan(0.05);
  });

  test.each(["iframe", "embed"])("a PDF in an <%s> of the site", async (element) => {
    await page.goto(
      pageOf(site, `<${element} src="/uploads/report.pdf" width="800" height="600"></${element}>`),
    );
    await expect.poll(redness, PATIENCE).toBeGreaterThan(0.05);
  });

  test("a picture", async () => {
    await page.goto(`${site}/uploads/photo.png`);
    expect(await page.evaluate(() => document.images[0]?.naturalWidth)).toBe(1);
  });

  test("text, as text", async () => {
    await page.goto(`${site}/uploads/notes.txt`);
    expect(await page.evaluate(() => document.body.innerText)).toBe(UPLOADS["notes.txt"]);
  });

  test.each([
    ["a film by itself", () => `${site}/uploads/film.webm`],
    ["a film in a frame", () => pageOf(site, '<iframe src="/uploads/film.webm"></iframe>')],
    ["a film in a page", () => pageOf(site, '<video src="/uploads/film.webm"></video>')],
  ])("%s: it plays, and can be wound on", async (_, url) => {
    await page.goto(url());
    const frame = page.frames().at(-1) ?? page.mainFrame();
    // No promise and no event of its own comes to an end in a frame that runs no scripts: it is looked at from outside.
    const state = (): Promise<string> =>
      frame.evaluate(() => {
        const film = document.querySelector("video");
        if (film === null || film.readyState < 2 || film.seeking) return "waits";
        return film.paused ? "stands" : film.currentTime > 6 ? "plays on from there" : "plays";
      });
    await expect.poll(state, PATIENCE).toMatch(/^(?:stands|plays)$/);
    await frame.evaluate(() => {
      const film = document.querySelector("video");
      if (film === null) return;
      film.muted = true;
      film.loop = true;
      film.currentTime = 6;
      void film.play();
    });
    await expect.poll(state, PATIENCE).toBe("plays on from there");
  });

  test("a long recording: what is far behind is asked for by itself", async () => {
    await page.goto(`${site}/uploads/song.wav`);
    const ready = (): Promise<boolean> =>
      page.evaluate(() => (document.querySelector("video")?.readyState ?? 0) >= 2);
    await expect.poll(ready, PATIENCE).toBe(true);
    await page.evaluate(() => {
      const song = document.querySelector("video");
      if (song !== null) song.currentTime = 170;
    });
    const isThere = (): Promise<boolean> =>
      page.evaluate(() => {
        const song = document.querySelector("video");
        return song !== null && !song.seeking && song.currentTime >= 170;
      });
    await expect.poll(isThere, PATIENCE).toBe(true);
    await page.goto("about:blank");
    const firstPositions = (): readonly number[] =>
      answered
        .filter((line) => line.startsWith("/uploads/song.wav 206"))
        .map((line) => Number(line.split(" ")[2]));
    await expect.poll(() => Math.max(...firstPositions()), PATIENCE).toBeGreaterThan(10_000_000);
  });
});

/** What becomes of an element of a page that loads something. */
async function loading(origin: string, element: string): Promise<string> {
  const told = element.replace(" ", ` onload="document.title='loaded'" onerror="document.title='refused'" `);
  await page.goto(pageOf(origin, told));
  await expect.poll(() => page.title(), PATIENCE).not.toBe("own");
  return page.title();
}

describe("a page of another site", () => {
  test.each(["script.js", "data.json"])("can't include %s as a script", async (name) => {
    const script = (policy: string): string => `<script src="${site}/${policy}/${name}"></script>`;
    expect(await loading(other, script("uploads"))).toBe("refused");
    expect(await page.evaluate(() => "ran" in window)).toBe(false);
    if (name === "script.js") expect(await loading(other, script("own"))).toBe("loaded");
  });

  test("can't embed a picture, unless it may", async () => {
    const picture = (policy: string): string => `<img src="${site}/${policy}/photo.png">`;
    expect(await loading(other, picture("uploads"))).toBe("refused");
    expect(await loading(other, picture("shared"))).toBe("loaded");
    expect(await loading(site, picture("uploads"))).toBe("loaded");
  });

  test("can't tell what is there from what isn't", async () => {
    await page.goto(pageOf(other, ""));
    const ask = (path: string): Promise<string> =>
      page.evaluate(
        (url) =>
          fetch(url, { mode: "no-cors" }).then(
            () => "answered",
            () => "refused",
          ),
        site + path,
      );
    expect(await ask("/own/notes.txt")).toBe("answered");
    for (const name of ["notes.txt", "page.html", "missing.txt", "missing/"]) {
      expect([name, await ask(`/uploads/${name}`)]).toEqual([name, "refused"]);
    }
  });
});

/** What a page can try so as to learn of a file of another origin; each tells in an event that it is done. */
const PROBES: Readonly<Record<string, (url: string) => string>> = {
  iframe: (url) => `<iframe src="${url}"></iframe>`,
  object: (url) => `<object data="${url}"></object>`,
  "object of a type": (url) => `<object data="${url}" type="image/png"></object>`,
  embed: (url) => `<embed src="${url}">`,
  img: (url) => `<img src="${url}">`,
  video: (url) => `<video src="${url}" preload="auto"></video>`,
  script: (url) => `<script src="${url}"></script>`,
  "script that is a module": (url) => `<script src="${url}" type="module"></script>`,
  stylesheet: (url) => `<link href="${url}" rel="stylesheet">`,
  prefetch: (url) => `<link href="${url}" rel="prefetch">`,
  preload: (url) => `<link href="${url}" rel="preload" as="fetch">`,
};

describe("a page of another origin sees the same, whether or not a file exists, by", () => {
  /** All that the page can see of an element: its events, its size, and what stands in its frame. */
  async function observe(origin: string, element: string): Promise<string> {
    const told = element.replace(" ", ` id="probe" onload="tell('load')" onerror="tell('error')" `);
    const tell = "<script>self.told = []; self.tell = (event) => told.push(event)</script>";
    await page.goto(pageOf(origin, tell + told));
    const events = (): Promise<string> => page.evaluate(() => String(Reflect.get(self, "told")));
    await expect.poll(events, PATIENCE).not.toBe("");
    const seen = await page.evaluate(() => {
      const probe: Partial<HTMLIFrameElement> = document.querySelector<HTMLIFrameElement>("#probe")!;
      const { offsetWidth, offsetHeight, contentDocument, contentWindow } = probe;
      const isReadable = contentDocument !== null && contentDocument !== undefined;
      return [offsetWidth, offsetHeight, isReadable, contentWindow?.length].join();
    });
    return `${await events()} ${seen}`;
  }

  test.each(Object.entries(PROBES))("%s", async (_, toElement) => {
    for (const name of ["page.html", "data.json", "photo.png", "notes.txt", "report.pdf", ""]) {
      // Chromium guesses a type by the end of the name.
      const missing = name === "" ? "missing/" : `missing-${name}`;
      const [seen, notSeen] = [
        await observe(other, toElement(`${site}/uploads/${name}`)),
        await observe(other, toElement(`${site}/uploads/${missing}`)),
      ];
      expect([name, seen]).toEqual([name, notSeen]);
    }
  });

  test("a form whose answer goes to a frame", async () => {
    const toElement = (url: string): string =>
      `<iframe name="there"></iframe><form action="${url}" target="there"></form>`;
    for (const name of ["missing.txt", "page.html", "photo.png"]) {
      await page.goto(pageOf(other, toElement(`${site}/uploads/${name}`)));
      await page.evaluate(() => document.forms[0]?.submit());
      await expect.poll(() => page.frames()[1]?.url(), PATIENCE).toContain(`/uploads/${name}`);
      expect(answered.at(-1)).toBe(`/uploads/${name} 404`);
    }
  });

  test("nothing but a window that it opens, in which a file that is saved isn't shown", async () => {
    const open = (name: string): Promise<string> =>
      page.evaluate((url) => {
        const opened = self.open(url);
        return new Promise<string>((resolve) => {
          const look = (): void => {
            try {
              if (opened === null || opened.closed) resolve("saved");
              else if (opened.location.href === "about:blank") setTimeout(look, 20);
            } catch {
              resolve("shown");
            }
          };
          look();
        });
      }, `${site}/uploads/${name}`);
    await page.goto(pageOf(other, ""));
    // As docs/untrusted.md tells.
    expect([await open("missing.html"), await open("notes.txt"), await open("photo.png")]).toEqual([
      "shown",
      "shown",
      "shown",
    ]);
    expect(await open("page.html")).toBe("saved");
  });

  test("a page of the same site, and one that may embed them, sees the files in its frames", async () => {
    for (const [origin, policy] of [
      [site, "uploads"],
      [other, "shared"],
    ] as const) {
      await page.goto(pageOf(origin, `<iframe src="${site}/${policy}/notes.txt"></iframe>`));
      const frame = frameOf(`${site}/${policy}/notes.txt`);
      expect(await frame.evaluate(() => document.body.innerText)).toBe(UPLOADS["notes.txt"]);
    }
  });
});

describe("a page of the same site", () => {
  const script = (policy: string): string => `<script src="/${policy}/script.js"></script>`;
  const register = (policy: string): Promise<string> =>
    page.evaluate(
      (url) =>
        navigator.serviceWorker.register(url).then(
          () => "registered",
          () => "refused",
        ),
      `/${policy}/script.js`,
    );

  test("can run an uploaded script, unless that is sent as no script", async () => {
    expect(await loading(site, script("uploads"))).toBe("loaded");
    expect(await register("uploads")).toBe("registered");
    expect(await loading(site, script("plain"))).toBe("refused");
    expect(await register("plain")).toBe("refused");
  });
});
