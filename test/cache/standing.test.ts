import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { files, type Source, stet, type Stet, type StetOptions } from "../../src/index.ts";
import { Folder, LONG_AGO } from "../support/folder.ts";
import { stopTheClock } from "../support/stop-the-clock.ts";

/** Longer than a look is relied on. */
const NEXT_LOOK = 3;

let folder: Folder;

beforeEach(async () => {
  folder = await Folder.make();
});

afterEach(() => folder.remove());

/** A folder or a file that was changed lately isn't kept: this waits until what was written is. */
const settle = (): Promise<void> => delay(2100);

async function ask(site: Stet, target: string, headers = {}): Promise<Response> {
  return site.fetch(new Request(`http://localhost${target}`, { headers }));
}

async function textOf(site: Stet, target: string, headers = {}): Promise<string> {
  const response = await ask(site, target, headers);
  return `${response.status} ${await response.text()}`;
}

const POLICIES: readonly (readonly [words: string, options: StetOptions])[] = [
  ["kept", {}],
  ["looked at for each request", { cache: { freshFor: 0 } }],
  ["kept in very little room", { cache: 5000 }],
  ["not kept", { cache: false }],
];

/** Each does something to a tree that has been asked for, and says what the next request must then see. */
const CHANGES: Readonly<
  Record<string, { target: string; change: (folder: Folder) => void; after: string; headers?: object }>
> = {
  "overwritten in place": {
    target: "/a.txt",
    change: (folder) => writeFileSync(folder.to("a.txt"), "two"),
    after: "200 two",
  },
  "replaced by a rename": {
    target: "/a.txt",
    change: (folder) => {
      writeFileSync(folder.to("next"), "two");
      utimesSync(folder.to("next"), LONG_AGO, LONG_AGO);
      renameSync(folder.to("next"), folder.to("a.txt"));
    },
    after: "200 two",
  },
  deleted: { target: "/a.txt", change: (folder) => rmSync(folder.to("a.txt")), after: "404 Not Found\n" },
  "made a link to the outside": {
    target: "/a.txt",
    change: (folder) => {
      rmSync(folder.to("a.txt"));
      symlinkSync("/etc/hostname", folder.to("a.txt"));
    },
    after: "404 Not Found\n",
  },
  "its folder made a link to the outside": {
    target: "/sub/b.txt",
    change: (folder) => {
      renameSync(folder.to("sub"), folder.to("was-sub"));
      symlinkSync("/etc", folder.to("sub"));
    },
    after: "404 Not Found\n",
  },
  "its folder replaced by another": {
    target: "/sub/b.txt",
    change: (folder) => {
      renameSync(folder.to("sub"), folder.to("was-sub"));
      mkdirSync(folder.to("sub"));
      writeFileSync(folder.to("sub/b.txt"), "another");
    },
    after: "200 another",
  },
  "moved out of the root, and linked to": {
    target: "/sub/b.txt",
    change: (tree) => {
      renameSync(tree.to("sub"), `${tree.path}-outside`);
      symlinkSync(`${tree.path}-outside`, tree.to("sub"));
    },
    after: "404 Not Found\n",
  },
  "moved out of the root with a folder further up": {
    target: "/deep/er/c.txt",
    change: (tree) => {
      renameSync(tree.to("deep"), `${tree.path}-deep`);
      symlinkSync(`${tree.path}-deep`, tree.to("deep"));
    },
    after: "404 Not Found\n",
  },
  "moved out of the root from behind a link": {
    target: "/links/b.txt",
    change: (tree) => {
      renameSync(tree.to("sub"), `${tree.path}-behind`);
      symlinkSync(`${tree.path}-behind`, tree.to("sub"));
    },
    after: "404 Not Found\n",
  },
  "the target of a link that led nowhere, and came before it": {
    target: "/late/",
    change: (tree) => writeFileSync(tree.to("later"), "the first"),
    after: "200 the first",
  },
  "the target of a sibling's link that led nowhere": {
    target: "/coded.txt",
    headers: { "Accept-Encoding": "gzip" },
    change: (tree) => writeFileSync(tree.to("later.gz"), "coded"),
    after: "200 coded",
  },
  "given a precompressed sibling": {
    target: "/a.txt",
    headers: { "Accept-Encoding": "gzip" },
    change: (folder) => writeFileSync(folder.to("a.txt.gz"), "gz"),
    after: "200 gz",
  },
  "its sibling removed": {
    target: "/c.txt",
    headers: { "Accept-Encoding": "br" },
    change: (folder) => rmSync(folder.to("c.txt.br")),
    after: "200 plain",
  },
  "an index put before the one that stood": {
    target: "/sub/",
    change: (folder) => writeFileSync(folder.to("sub/first.html"), "first"),
    after: "200 first",
  },
  "a file put where an extension was tried": {
    target: "/page",
    change: (folder) => writeFileSync(folder.to("page"), "the file itself"),
    after: "200 the file itself",
  },
  "a file put where a single page stood in": {
    target: "/app/users",
    headers: { Accept: "text/html" },
    change: (folder) => {
      mkdirSync(folder.to("app"));
      writeFileSync(folder.to("app/users"), "a file after all");
    },
    after: "200 a file after all",
  },
};

describe("a change is seen by the next request", () => {
  it(`whatever it is, and whether files are ${POLICIES.map(([words]) => words).join(", ")}`, async () => {
    const rules = { index: ["first.html", "index.html"], extensions: ["html"], spa: true };
    const trees = await Promise.all(
      Object.entries(CHANGES).map(async ([words, change], index) => {
        const tree = await plant(`${index}`);
        const sites = POLICIES.map(([, options]) => stet(tree.path, { ...rules, ...options }));
        return { words, ...change, tree, sites };
      }),
    );
    await settle();
    for (const { words, target, change, after, headers = {}, tree, sites } of trees) {
      const askAll = (): Promise<string[]> => Promise.all(sites.map((site) => textOf(site, target, headers)));
      await askAll();
      expect([words, (await askAll()).includes(after)]).toEqual([words, false]);
      change(tree);
      await delay(NEXT_LOOK);
      expect([words, ...(await askAll())]).toEqual([words, ...sites.map(() => after)]);
    }
  });
});

/** A tree of its own for a change, below the folder. */
async function plant(name: string): Promise<Folder> {
  const tree = folder.below(name);
  await tree.writeOld("a.txt", "one");
  await tree.writeOld("c.txt", "plain");
  await tree.writeOld("c.txt.br", "br");
  await tree.writeOld("page.html", "by its extension");
  await tree.writeOld("index.html", "the page");
  await tree.writeOld("sub/b.txt", "below");
  await tree.writeOld("sub/index.html", "index");
  await tree.writeOld("deep/er/c.txt", "deep");
  await tree.writeOld("late/index.html", "the second");
  await tree.writeOld("coded.txt", "plain");
  mkdirSync(tree.to("links"));
  symlinkSync("../sub/b.txt", tree.to("links/b.txt"));
  symlinkSync("../later", tree.to("late/first.html"));
  symlinkSync("later.gz", tree.to("coded.txt.gz"));
  return tree;
}

/** The source, and how many files were opened of it. */
function countingOpens(source: Source): { source: Source; opened: () => number } {
  let opened = 0;
  return {
    opened: () => opened,
    source: {
      async find(path) {
        const found = await source.find(path);
        if (found?.kind !== "file") return found;
        return { ...found, open: (variant) => ((opened += 1), found.open(variant)) };
      },
    },
  };
}

describe("what is kept", () => {
  it("is what a look at the source gives: no descriptor is opened for it again", async () => {
    await folder.writeOld("a.txt", "one");
    await settle();
    // What was read of a young file is read again when it is twice as old.
    stopTheClock();
    const { source, opened } = countingOpens(files(folder.path));
    const site = stet(source);
    const etag = (await ask(site, "/a.txt")).headers.get("ETag") ?? "";
    for (let round = 0; round < 5; round++) {
      expect((await ask(site, "/a.txt")).status).toBe(200);
      expect((await ask(site, "/a.txt?v=2", { "If-None-Match": etag })).status).toBe(304);
      expect((await ask(site, "/a.txt", { Range: "bytes=0-0" })).status).toBe(206);
      expect((await ask(site, "/a.txt", { Range: "bytes=9-" })).status).toBe(416);
      expect((await ask(site, "/a.txt", { "If-Match": '"x"' })).status).toBe(412);
    }
    expect(opened()).toBe(1);
  });

  it.each([
    ["kept", {}],
    ["not kept", { cache: false } as const],
  ])("opens nothing to say that a copy still stands, or that nothing is there: %s", async (_, options) => {
    await folder.writeOld("a.txt", "one");
    const site = stet(folder.path, options);
    const first = await ask(site, "/a.txt");
    const validators = {
      "If-None-Match": first.headers.get("ETag") ?? "",
      "If-Modified-Since": first.headers.get("Last-Modified") ?? "",
    };
    const { source, opened } = countingOpens(files(folder.path));
    const fresh = stet(source, options);
    for (const [name, value] of Object.entries(validators)) {
      for (let round = 0; round < 3; round++)
        expect((await ask(fresh, "/a.txt", { [name]: value })).status).toBe(304);
    }
    expect((await ask(fresh, "/missing")).status).toBe(404);
    expect(opened()).toBe(0);
    expect(await textOf(fresh, "/a.txt")).toBe("200 one");
    expect(await textOf(fresh, "/a.txt", { "If-None-Match": '"other"' })).toBe("200 one");
  });

  it("is small parts of a large file, too", async () => {
    const content = Buffer.from(Array.from({ length: 600_000 }, (_, index) => index % 251));
    await folder.writeOld("large.bin", content);
    await settle();
    stopTheClock();
    const { source, opened } = countingOpens(files(folder.path));
    const site = stet(source);
    // The first to be asked for is known of the file only once it is opened.
    for (let round = 0; round < 3; round++) {
      for (const [first, last] of [
        [0, 99],
        [300_000, 310_000],
      ] as const) {
        const response = await ask(site, "/large.bin", { Range: `bytes=${first}-${last}` });
        expect([response.status, response.headers.get("Content-Range")]).toEqual([
          206,
          `bytes ${first}-${last}/600000`,
        ]);
        expect(Buffer.from(await response.arrayBuffer()).equals(content.subarray(first, last + 1))).toBe(
          true,
        );
      }
    }
    expect(opened()).toBe(2);
    const tag = (await ask(site, "/large.bin")).headers.get("ETag") ?? "";
    const resumed = await ask(site, "/large.bin", { Range: "bytes=0-99", "If-Range": tag });
    expect([resumed.status, resumed.headers.get("Content-Type")]).toEqual([206, null]);
    const replaced = await ask(site, "/large.bin", { Range: "bytes=0-99", "If-Range": '"other"' });
    expect(replaced.status).toBe(200);
    await replaced.body?.cancel();
  });

  it("is kept whatever the time of the file, down to its nanoseconds", async () => {
    const fractions = ["000000001", "122999907", "999999999"];
    for (const fraction of fractions) {
      await folder.write(fraction, "one");
      execFileSync("touch", ["-d", `2024-03-10T10:00:00.${fraction}Z`, folder.to(fraction)]);
    }
    await settle();
    stopTheClock();
    const { source, opened } = countingOpens(files(folder.path));
    const site = stet(source);
    for (const [index, fraction] of fractions.entries()) {
      for (let round = 0; round < 3; round++) expect(await textOf(site, `/${fraction}`)).toBe("200 one");
      expect([fraction, opened()]).toEqual([fraction, index + 1]);
    }
  });

  it("is no page that stood in for what a client wanted that takes pages", async () => {
    await folder.writeOld("index.html", "the page");
    await settle();
    const site = stet(folder.path, { spa: true });
    for (let round = 0; round < 3; round++) {
      expect(await textOf(site, "/users", { Accept: "text/html" })).toBe("200 the page");
      expect((await ask(site, "/users", { Accept: "application/json" })).status).toBe(404);
    }
  });

  it("stays within its bytes, whatever is asked for", async () => {
    for (let index = 0; index < 50; index++)
      await folder.writeOld(`${index}.txt`, String(index).repeat(1000));
    await settle();
    const site = stet(folder.path, { cache: 20_000 });
    for (let round = 0; round < 3; round++) {
      for (let index = 0; index < 50; index++) {
        expect(await textOf(site, `/${index}.txt`)).toBe(`200 ${String(index).repeat(1000)}`);
      }
    }
  });
});

/** A version tells what it is, in its bytes and nowhere else. */
function versionOf(number: number): Buffer {
  const line = `${number} ${createHash("sha256").update(String(number)).digest("hex")}\n`;
  return Buffer.from(line.repeat(100));
}

/** Less than a version, and more than the parts that are asked for take. */
const LARGEST_PART = 6000;

describe("writers race readers", { tags: ["one-node"] }, () => {
  it.each([
    ["by rename, whole", true, 200, {}],
    ["in place, whole", false, 200, {}],
    ["by rename, a part", true, 206, { Range: "bytes=0-1999" }],
    ["in place, a part", false, 206, { Range: "bytes=0-1999" }],
  ])("and no tag is ever sent with another version's bytes: %s", async (_, byRename, status, fields) => {
    await folder.write("a.txt", versionOf(0), LONG_AGO);
    await settle();
    // Parts are kept of a content that is too large to be kept whole.
    const site = stet(folder.path, { cache: { maxFileBytes: status === 206 ? LARGEST_PART : 262_144 } });
    const versionOfTag = new Map<string, string>();
    let writing = true;
    const writer = (async () => {
      for (let number = 1; number <= 150; number++) {
        const time = new Date(LONG_AGO.getTime() + number * 1000);
        if (byRename) await folder.replace("a.txt", versionOf(number), time);
        else await folder.write("a.txt", versionOf(number), time);
        await delay(number % 50 === 0 ? 2200 : 5);
      }
      writing = false;
    })();
    while (writing) {
      // What is known is answered without a turn of the event loop: the writer gets one here.
      await nextTurn();
      const response = await ask(site, "/a.txt", fields);
      const body = Buffer.from(await response.arrayBuffer());
      const tag = response.headers.get("ETag") ?? "";
      // An overwrite in place empties the file first.
      if (response.status === 503 || body.length === 0) continue;
      expect(response.status).toBe(status);
      expect(body.length).toBe(Number(response.headers.get("Content-Length")));
      if (!tag.startsWith("W/")) {
        const digest = createHash("sha256").update(body).digest("hex");
        expect(versionOfTag.get(tag) ?? digest).toBe(digest);
        versionOfTag.set(tag, digest);
        const version = versionOf(Number.parseInt(body.toString(), 10));
        if (byRename) expect(body.equals(version.subarray(0, body.length))).toBe(true);
      }
    }
    await writer;
    expect(versionOfTag.size).toBeGreaterThan(2);
  });
});
