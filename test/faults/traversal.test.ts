/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import { execFileSync } from "node:child_process";
import { symlink } from "node:fs/promises";
import { createServer } from "node:net";
import * as fc from "fast-check";
import { describe, expect } from "vitest";
import { allow, stet, type StetOptions } from "../../src/index.ts";
import type { Folder } from "../support/folder.ts";
import { RawConnection, type RawResponse, request } from "../support/raw-connection.ts";
import { type Served, test } from "../support/served-test.ts";
import { whileSwapping } from "../support/swapper.ts";

/** It has a length that no other answer has, so that a HEAD or a Content-Range would give it away too. */
const SECRET = "the secret that no answer may hold ".padEnd(7919, "*");
const PAGE = "a page that anyone may read";

/** A root with a secret beside it, below it in name only, and above it. */
async function writeTree(folder: Folder): Promise<void> {
  await folder.writeOld("secret.txt", SECRET);
  await folder.writeOld("root-secret/s.txt", SECRET);
  await folder.writeOld("root/page.txt", PAGE);
  await folder.writeOld("root/sub/deep/page.txt", PAGE);
  await folder.writeOld("root/index.html", PAGE);
}

/** Fails where an answer tells anything of the secret. */
function expectNoSecret(target: string, { head, text }: Pick<RawResponse, "head" | "text">): void {
  const leak =
    text.includes("secret that no answer") || head.lines.some(([, value]) => value.includes("7919"));
  expect([target, leak]).toEqual([target, false]);
}

/** Runs a task for each item, a few at a time: a target that is refused costs a connection. */
async function forEachOf<T>(items: readonly T[], task: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (const item of left) await task(item);
    }),
  );
}

const DOTS = [
  "..",
  "%2e%2e",
  "%2E.",
  ".%2e",
  "%252e%252e",
  "%25252e%25252e",
  "%c0%ae%c0%ae",
  "%e0%80%ae%e0%80%ae",
  "%f0%80%80%ae%f0%80%80%ae",
  "%c0%2e%c0%2e",
  "%u002e%u002e",
  "%ef%bc%8e%ef%bc%8e",
  "..%00",
  "%00..",
  ".%00.",
  "..%20",
  "..%09",
  "..;",
  "...",
  "....",
  "\xc0\xae\xc0\xae",
  "\xef\xbc\x8e\xef\xbc\x8e",
];

const SLASHES = [
  "/",
  "//",
  "/./",
  "%2f",
  "%2F",
  "%252f",
  "%25252f",
  "\\",
  "\\\\",
  "/\\",
  "%5c",
  "%5C",
  "%255c",
  "%c0%af",
  "%e0%80%af",
  "%c1%9c",
  "%ef%bc%8f",
  "%e2%88%95",
  "%u2215",
  "%u005c",
  ";/",
  "/;/",
  "%00/",
  "/%00/",
  "%0a/",
  "%0d%0a/",
  "?/",
  "#/",
  "%23/",
  "%3f/",
];

/** Every way to write a dot with every way to write a slash, from the root and from below it. */
const CLIMBS = DOTS.flatMap((dots) =>
  SLASHES.flatMap((slash) => [
    `/${dots}${slash}secret.txt`,
    `/${dots}${slash}root-secret${slash}s.txt`,
    `/sub/deep${slash}${dots}${slash}${dots}${slash}${dots}${slash}secret.txt`,
  ]),
);

/** Targets of other shapes. */
function oddTargets(folder: Folder): readonly string[] {
  const secret = folder.to("secret.txt");
  const climb = "../".repeat(20);
  return [
    secret,
    `/${secret}`,
    `//${secret}`,
    `///${secret}`,
    `/${climb}${secret.slice(1)}`,
    `/${encodeURIComponent(secret)}`,
    `/${encodeURIComponent(climb + secret.slice(1))}`,
    `/%2f${secret.slice(1)}`,
    `//localhost/../secret.txt`,
    `//../secret.txt`,
    `//secret.txt`,
    `/-secret/s.txt`,
    `-secret/s.txt`,
    `../secret.txt`,
    `..%2fsecret.txt`,
    `secret.txt`,
    `./../secret.txt`,
    `?/../secret.txt`,
    `/?/../../secret.txt`,
    `/page.txt/../../secret.txt`,
    `/page.txt%00/../../secret.txt`,
    `/../root-secret/s.txt`,
    `/../root/../secret.txt`,
    `/../root/page.txt`,
    `http://localhost/../secret.txt`,
    `http://localhost/%2e%2e/secret.txt`,
    `http://localhost/..%2fsecret.txt`,
    `http://localhost\\..\\secret.txt`,
    `http:///../secret.txt`,
    `http://../secret.txt`,
    `http://..%2fsecret.txt`,
    `http:/../secret.txt`,
    `HTTP://localhost//../secret.txt`,
    `file://${secret}`,
    `file:///../secret.txt`,
    `file:${secret}`,
    `/file://${secret}`,
    `/http://localhost/../../../secret.txt`,
    `data:text/plain,../secret.txt`,
    `*/../secret.txt`,
    `/*/../../secret.txt`,
    `/~/../secret.txt`,
    `/~root/secret.txt`,
    `/secret.txt`,
    `/secret.txt/`,
    `/root-secret/s.txt`,
    `/proc/self/cwd/secret.txt`,
    `/proc/self/root${secret}`,
    `/..`,
    `/../`,
    `/.`,
    `/./`,
    `/%2e%2e`,
    `/%2e%2e/`,
    `/..%2f`,
    `/%00`,
    `/page.txt%00.html`,
    `/secret.txt%00`,
    `/..::$DATA`,
    `/..::$INDEX_ALLOCATION/secret.txt`,
    `/C:${secret}`,
    `/c:\\windows\\win.ini`,
    `/\\\\localhost\\c$\\secret.txt`,
    `/${"%2e%2e%2f".repeat(500)}etc/passwd`,
    `/${"../".repeat(2000)}etc/passwd`,
  ];
}

const policies: Readonly<Record<string, StetOptions>> = {
  "as it comes": {},
  "that refuses least": {
    dotfiles: "serve",
    portableNames: false,
    list: true,
    extensions: ["txt"],
    spa: true,
  },
};

describe("no spelling of a target leads out of the root", () => {
  for (const [words, options] of Object.entries(policies)) {
    test(`${CLIMBS.length} spellings under a policy ${words}`, async ({ folder, serve }) => {
      await writeTree(folder);
      const { get } = await serve(options, folder.to("root"));
      const statuses = new Set<number>();
      await forEachOf([...CLIMBS, ...oddTargets(folder)], async (target) => {
        const response = await get(target);
        expectNoSecret(target, response);
        statuses.add(response.status);
      });
      expect([...statuses].filter((status) => ![200, 301, 400, 404].includes(status))).toEqual([]);
      expect((await get("/page.txt")).text).toBe(PAGE);
    });
  }

  test("below a prefix, and by HEAD, and as a part", async ({ folder, serve }) => {
    await writeTree(folder);
    const { get } = await serve({ prefix: "/static", dotfiles: "serve" }, folder.to("root"));
    await forEachOf(CLIMBS, async (climb) => {
      const target = `/static${climb}`;
      expectNoSecret(target, await get(target, { method: "HEAD" }));
      expectNoSecret(climb, await get(climb, { fields: { Range: "bytes=4-9" } }));
    });
    expect((await get("/static/page.txt")).text).toBe(PAGE);
  });

  test("as a Request, and as a path that the application chose", async ({ folder }) => {
    await writeTree(folder);
    const policy = stet(folder.to("root"), { dotfiles: "serve", portableNames: false });
    for (const target of [...CLIMBS, ...oddTargets(folder)]) {
      const base = "http://localhost";
      const responses = [
        ...(URL.canParse(base + target) ? [await policy.fetch(new Request(base + target))] : []),
        await policy.send(new Request(base), target),
        await policy.send(new Request(base), target.slice(1)),
        await policy.send(new Request(base), decodedOnce(target)),
      ];
      for (const response of responses) {
        const lines = [...response.headers];
        expectNoSecret(target, {
          head: { status: response.status, lines, field: () => undefined },
          text: await response.text(),
        });
      }
    }
    expect(await (await policy.send(new Request("http://localhost"), "page.txt")).text()).toBe(PAGE);
  });

  test("whatever is put together of such pieces", async ({ folder, serve }) => {
    await writeTree(folder);
    const { get } = await serve({ dotfiles: "serve", portableNames: false, list: true }, folder.to("root"));
    const piece = fc.constantFrom(
      ...DOTS,
      ...SLASHES,
      "/",
      "/",
      "sub",
      "deep",
      "page.txt",
      "secret.txt",
      "root-secret",
      "s.txt",
      "root",
      ".",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 10 }), async (pieces) => {
        const target = `/${pieces.join("")}`;
        expectNoSecret(target, await get(target));
      }),
      { numRuns: 500 },
    );
  });
});

function decodedOnce(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}

describe("symbolic links", () => {
  test("out of the root aren't followed, whatever they are for", async ({ folder, serve }) => {
    await writeTree(folder);
    const links: Readonly<Record<string, string>> = {
      "file.txt": folder.to("secret.txt"),
      "relative.txt": "../secret.txt",
      "sub/relative.txt": "../../secret.txt",
      "through-root.txt": "../root/../secret.txt",
      neighbour: "../root-secret",
      parent: "..",
      system: "/",
      "chain-1.txt": "chain-2.txt",
      "chain-2.txt": "sub/chain-3.txt",
      "sub/chain-3.txt": "../relative.txt",
      "chain-folder": "neighbour",
      "environ.txt": "/proc/self/environ",
      cwd: "/proc/self/cwd",
      "dangling.txt": "nowhere.txt",
      "loop.txt": "loop.txt",
      "page.txt.gz": folder.to("secret.txt"),
      "page.txt.br": "../secret.txt",
      "about.txt": "../secret.txt",
      "sub/index.html": "../../secret.txt",
    };
    for (const [name, to] of Object.entries(links)) await symlink(to, folder.to(`root/${name}`));
    const options = { extensions: ["txt"], list: true, dotfiles: "serve" } as const;
    const { get } = await serve(options, folder.to("root"));
    const targets = Object.keys(links).flatMap((name) =>
      /^page|^about|^sub\/index/.test(name) ? [] : [`/${name}`, `/${name}/`],
    );
    targets.push("/neighbour/s.txt", "/parent/secret.txt", "/chain-folder/s.txt", "/about");
    targets.push(
      `/system${folder.to("secret.txt")}`,
      "/system/proc/self/environ",
      "/page.txt.gz",
      "/sub/index.html",
    );
    for (const target of targets) {
      const response = await get(target);
      expectNoSecret(target, response);
      expect([target, response.status]).toEqual([target, 404]);
    }
    for (const coding of ["gzip", "br"]) {
      const response = await get("/page.txt", { fields: { "Accept-Encoding": coding } });
      expect([response.status, response.text, response.field("content-encoding")]).toEqual([
        200,
        PAGE,
        undefined,
      ]);
    }
    const listing = await get("/sub/");
    expectNoSecret("/sub/", listing);
    expect(listing.text).not.toContain("relative.txt");
  });

  test("a single page that is a link out isn't served", async ({ folder, serve }) => {
    await writeTree(folder);
    await symlink("../secret.txt", folder.to("root/app.html"));
    const { get } = await serve({ spa: "app.html" }, folder.to("root"));
    const response = await get("/settings", { fields: { Accept: "text/html" } });
    expectNoSecret("/settings", response);
    expect(response.status).toBe(404);
  });

  test("that stay inside are followed", async ({ folder, serve }) => {
    await writeTree(folder);
    const links: Readonly<Record<string, string>> = {
      "file.txt": "page.txt",
      "absolute.txt": folder.to("root/page.txt"),
      "sub/up.txt": "../page.txt",
      "out-and-in.txt": "../root/page.txt",
      folder: "sub/deep",
      self: ".",
      "chain-1.txt": "chain-2.txt",
      "chain-2.txt": "sub/up.txt",
    };
    for (const [name, to] of Object.entries(links)) await symlink(to, folder.to(`root/${name}`));
    const { get } = await serve({}, folder.to("root"));
    const files = Object.keys(links).filter((name) => name.endsWith(".txt"));
    for (const name of [...files, "folder/page.txt", "self/page.txt", "self/self/folder/page.txt"]) {
      const { status, text } = await get(`/${name}`);
      expect([name, status, text]).toEqual([name, 200, PAGE]);
    }
  });

  test("a root that is a link itself is followed, and may be pointed elsewhere", async ({
    folder,
    serve,
  }) => {
    await folder.writeOld("release-1/page.txt", "one");
    await folder.writeOld("release-2/page.txt", "two");
    await symlink("release-1", folder.to("current"));
    const { get } = await serve({}, folder.to("current"));
    expect((await get("/page.txt")).text).toBe("one");
    execFileSync("ln", ["-sfn", "release-2", folder.to("current")]);
    expect((await get("/page.txt")).text).toBe("two");
    await symlink("../release-1/page.txt", folder.to("release-2/old.txt"));
    expect((await get("/old.txt")).status).toBe(404);
  });

  test("swapped in while requests run: a folder, a file and a sibling, for three seconds", async ({
    folder,
    serve,
  }) => {
    await writeTree(folder);
    for (const name of ["root-secret/page.txt", "secret.txt.gz"]) await folder.writeOld(name, SECRET);
    for (const name of ["real-folder/page.txt", "real.txt", "real.txt.gz"])
      await folder.writeOld(`root/${name}`, PAGE);
    await folder.writeOld("root/packed.txt", PAGE);
    await symlink(folder.to("root-secret"), folder.to("root/link-folder"));
    await symlink(folder.to("secret.txt"), folder.to("root/link.txt"));
    await symlink(folder.to("secret.txt.gz"), folder.to("root/link.txt.gz"));
    const { port } = await serve({}, folder.to("root"));
    const to = (name: string): string => folder.to(`root/${name}`);
    const seen = new Map<string, number>();
    const OUTCOMES = [
      "/file.txt 200 identity",
      "/file.txt 404 identity",
      "/folder/page.txt 200 identity",
      "/folder/page.txt 404 identity",
      "/packed.txt 200 gzip",
      "/packed.txt 200 identity",
    ];

    await whileSwapping(
      [
        [to("folder"), to("real-folder"), to("link-folder")],
        [to("file.txt"), to("real.txt"), to("link.txt")],
        [to("packed.txt.gz"), to("real.txt.gz"), to("link.txt.gz")],
      ],
      async () => {
        const [enough, end] = [performance.now() + 3000, performance.now() + 30_000];
        const askOften = async (): Promise<void> => {
          const connection = await RawConnection.open(port);
          while (performance.now() < enough || (seen.size < OUTCOMES.length && performance.now() < end)) {
            for (const target of ["/folder/page.txt", "/file.txt", "/packed.txt"]) {
              const response = await connection.request(target, { fields: { "Accept-Encoding": "gzip" } });
              expectNoSecret(target, response);
              const outcome = `${target} ${response.status} ${response.field("content-encoding") ?? "identity"}`;
              seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
            }
          }
          connection.close();
        };
        await Promise.all(Array.from({ length: 4 }, askOften));
      },
    );
    // Both sides of the race were seen, so it was one.
    expect([...seen.keys()].toSorted()).toEqual(OUTCOMES);
  });
});

describe("names that begin with a dot", () => {
  const HIDDEN = [
    ".env",
    ".git/config",
    ".git/HEAD",
    "sub/.htaccess",
    ".ssh/id_rsa",
    "sub/.well-known/a",
    ".well-known/.a",
  ];

  test("are hidden, however they are written; .well-known isn't", async ({ folder, serve }) => {
    for (const name of [...HIDDEN, ".well-known/acme-challenge/token"]) await folder.writeOld(name, PAGE);
    const { get } = await serve({ list: true });
    for (const name of HIDDEN) {
      for (const target of [
        `/${name}`,
        `/${name.replaceAll(".", "%2e")}`,
        `/${name.replaceAll(".", "%2E")}`,
      ]) {
        const { status, text } = await get(target);
        expect([target, status, text.includes(PAGE)]).toEqual([target, 404, false]);
      }
    }
    expect((await get("/.well-known/acme-challenge/token")).text).toBe(PAGE);
  });

  test("are served where the policy says so", async ({ folder, serve }) => {
    await folder.writeOld(".env", PAGE);
    expect((await (await serve({ dotfiles: "serve" })).get("/.env")).text).toBe(PAGE);
  });

  /** Each leads to a dotfile, or through a folder whose name begins with a dot. */
  const LINKS: Readonly<Record<string, string>> = {
    "env.txt": ".env",
    "chain.txt": "env.txt",
    current: ".releases/1",
    "deep/up.txt": "../.env",
    "index.html": ".env",
    "page.html": ".env",
    "well-known.txt": ".well-known/.secret",
    "deep.txt": "sub/.well-known/token",
  };

  async function writeLinks(folder: Folder): Promise<void> {
    for (const name of [".env", ".releases/1/page.txt", ".releases/1/sub/index.html", "deep/a.txt"])
      await folder.writeOld(name, PAGE);
    for (const name of [".well-known/.secret", ".well-known/token", "sub/.well-known/token"])
      await folder.writeOld(name, PAGE);
    await folder.writeOld("coded.txt", "coded by nobody");
    for (const [name, to] of Object.entries(LINKS)) await symlink(to, folder.to(name));
    await symlink(".env", folder.to("coded.txt.gz"));
    await symlink(".well-known/token", folder.to("public.txt"));
  }

  const THROUGH_LINKS = ["/current/page.txt", "/current/sub/", "/current/sub", "/current/", "/page", "/"];

  test("aren't served through a link, either, and such a link isn't listed", async ({ folder, serve }) => {
    await writeLinks(folder);
    const { get, policy } = await serve({ extensions: ["html"], onError: () => undefined });
    for (const target of [...Object.keys(LINKS).map((name) => `/${name}`), ...THROUGH_LINKS]) {
      const { status, text } = await get(target);
      expect([target, status, text.includes(PAGE)]).toEqual([target, 404, false]);
    }
    expect((await policy.send(new Request("http://localhost/"), "env.txt")).status).toBe(404);
    const coded = await get("/coded.txt", { fields: { "Accept-Encoding": "gzip" } });
    expect([coded.text, coded.field("content-encoding")]).toEqual(["coded by nobody", undefined]);
    expect((await get("/public.txt")).text).toBe(PAGE);
    const page = (await (await serve({ list: true, index: false })).get("/")).text;
    for (const name of ["env.txt", "chain.txt", "current", "index.html"]) expect(page).not.toContain(name);
    expect(page).toContain("public.txt");
  });

  test("are served through a link where the policy says so, and listed", async ({ folder, serve }) => {
    await writeLinks(folder);
    const { get, policy } = await serve({ dotfiles: "serve", extensions: ["html"], list: true });
    for (const name of Object.keys(LINKS).filter((name) => name !== "current")) {
      expect([name, (await get(`/${name}`)).text]).toEqual([name, PAGE]);
    }
    expect((await get("/current/page.txt")).text).toBe(PAGE);
    expect((await get("/current/sub")).status).toBe(301);
    expect((await get("/current/")).text).toContain("page.txt");
    expect((await policy.send(new Request("http://localhost/"), "env.txt")).status).toBe(200);
  });

  test("in the root's own path hide nothing, nor where the root is a link", async ({ folder, serve }) => {
    await folder.writeOld(".releases/1/page.txt", PAGE);
    await symlink(".releases/1", folder.to("current"));
    for (const root of [".releases/1", "current"]) {
      expect((await (await serve({}, folder.to(root))).get("/page.txt")).text).toBe(PAGE);
    }
  });

  test("behind a link are nothing to a guard", async ({ folder, serve }) => {
    await writeLinks(folder);
    const asked: unknown[] = [];
    const { get } = await serve({
      guard: ({ path, resource }) => {
        asked.push([path, resource]);
        return allow();
      },
    });
    expect((await get("/env.txt")).status).toBe(404);
    expect((await get("/public.txt")).status).toBe(200);
    expect(asked).toEqual([
      ["env.txt", undefined],
      ["public.txt", "file"],
    ]);
  });
});

describe("what is no regular file is not there, at once", () => {
  /** Fails where any of many requests waits for something, or keeps a file waiting. */
  async function expectPromptly404({ port, get }: Served, target: string): Promise<void> {
    const started = performance.now();
    const asked = Array.from({ length: 20 }, () => request(port, target));
    expect((await get("/page.txt")).text).toBe(PAGE);
    for (const { status } of await Promise.all(asked)) expect([target, status]).toEqual([target, 404]);
    // One that waits for a writer waits for ever.
    expect(performance.now() - started).toBeLessThan(20_000);
  }

  test("a FIFO, also as a sibling, an index and behind a link", async ({ folder, serve }) => {
    await writeTree(folder);
    const names = ["pipe", "page.txt.gz", "page.txt.br", "sub/index.html"];
    execFileSync(
      "mkfifo",
      names.map((name) => folder.to(`root/${name}`)),
    );
    await symlink("pipe", folder.to("root/link"));
    const served = await serve({}, folder.to("root"));
    for (const target of ["/pipe", "/link", "/sub/"]) await expectPromptly404(served, target);
    const packed = await served.get("/page.txt", { fields: { "Accept-Encoding": "gzip, br" } });
    expect([packed.status, packed.text]).toEqual([200, PAGE]);
  });

  test("a FIFO put in the place of a file while requests run", async ({ folder, serve }) => {
    await writeTree(folder);
    await folder.writeOld("root/real.txt", PAGE);
    execFileSync("mkfifo", [folder.to("root/pipe")]);
    const { port } = await serve({}, folder.to("root"));
    const to = (name: string): string => folder.to(`root/${name}`);
    const seen = new Set<string>();
    await whileSwapping([[to("swapped.txt"), to("real.txt"), to("pipe")]], async () => {
      const connection = await RawConnection.open(port);
      const [enough, end] = [performance.now() + 1000, performance.now() + 30_000];
      while (performance.now() < enough || (seen.size < 2 && performance.now() < end))
        seen.add(String((await connection.request("/swapped.txt")).status));
      connection.close();
    });
    expect([...seen].toSorted()).toEqual(["200", "404"]);
  });

  test("a socket", async ({ folder, serve }) => {
    await writeTree(folder);
    const socket = createServer();
    await new Promise<void>((resolve) => socket.listen(folder.to("root/socket"), resolve));
    await expectPromptly404(await serve({}, folder.to("root")), "/socket");
    socket.close();
  });

  test("a device", async ({ folder, serve }) => {
    await writeTree(folder);
    await symlink("/dev/zero", folder.to("root/zero"));
    await expectPromptly404(await serve({}, folder.to("root")), "/zero");
    // A root of devices needs no right to make one.
    const { get } = await serve({}, "/dev");
    for (const target of ["/null", "/zero", "/full", "/tty", "/urandom"]) {
      expect([target, (await get(target)).status]).toEqual([target, 404]);
    }
  });
});
