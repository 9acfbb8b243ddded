/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import { describe, expect } from "vitest";
import { allow, memory, stet, type StetOptions } from "../../src/index.ts";
import { stet as stetForWeb } from "../../src/web.ts";
import type { Folder } from "../support/folder.ts";
import { request } from "../support/raw-connection.ts";
import { test as base } from "../support/served-test.ts";

const HASHED = "/assets/index-DA_fFPj6.js";
const AVATAR = "/avatar-9b2f0b4e6b3f4d0c8f3a0d9c1b7e5a42.png";
const PAGE = "/index.html";
const TARGETS = [HASHED, AVATAR, PAGE];

const YEAR = "max-age=31536000, immutable";

const test = base.extend<{ cacheControls: (options?: StetOptions) => Promise<readonly unknown[]> }>({
  cacheControls: async ({ folder, serve }, use) => {
    for (const target of TARGETS) await folder.writeOld(target.slice(1), target);
    await use(async (options) => {
      const { get } = await serve(options);
      const answers = await Promise.all(TARGETS.map((target) => get(target)));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      return answers.map(({ field }) => field("cache-control"));
    });
  },
});

async function fill(folder: Folder): Promise<void> {
  for (const target of TARGETS) await folder.writeOld(target.slice(1), target);
}

describe("Cache-Control", () => {
  test("is no-cache by default, whatever the name of the file", async ({ cacheControls }) => {
    expect(await cacheControls()).toEqual(["no-cache", "no-cache", "no-cache"]);
  });

  test("with immutable: true, keeps what a bundler has named, and no avatar", async ({ cacheControls }) => {
    expect(await cacheControls({ immutable: true })).toEqual([YEAR, "no-cache", "no-cache"]);
    expect(await cacheControls({ immutable: false })).toEqual(["no-cache", "no-cache", "no-cache"]);
  });

  test.for<NonNullable<StetOptions["immutable"]>>([
    "assets/**",
    "/assets/*",
    "**/*-????????.{js,css}",
    /^assets\//g,
    [/\.css$/, "assets/*.js"],
    (path) => path.startsWith("assets/"),
  ])("with immutable: %s, keeps what it matches", async (immutable, { cacheControls, serve }) => {
    expect(await cacheControls({ immutable })).toEqual([YEAR, "no-cache", "no-cache"]);
    // A second time, since a RegExp with the flag g goes on from where it was.
    const { get } = await serve({ immutable, cache: false });
    for (let time = 1; time <= 3; time++) expect((await get(HASHED)).field("cache-control")).toBe(YEAR);
  });

  test.for<NonNullable<StetOptions["maxAge"]>>(["1h", "60 minutes", 3_600_000])(
    "with maxAge: %s, is that of every file that is not immutable",
    async (maxAge, { cacheControls }) => {
      expect(await cacheControls({ maxAge })).toEqual(["max-age=3600", "max-age=3600", "max-age=3600"]);
      expect(await cacheControls({ maxAge, immutable: true })).toEqual([
        YEAR,
        "max-age=3600",
        "max-age=3600",
      ]);
    },
  );

  test("of cacheControl takes precedence", async ({ cacheControls }) => {
    const others = { maxAge: "1d", immutable: true };
    expect(await cacheControls({ ...others, cacheControl: "no-store" })).toEqual(Array(3).fill("no-store"));
    expect(await cacheControls({ ...others, cacheControl: false })).toEqual(Array(3).fill(undefined));
    const cacheControl = (path: string): string | undefined =>
      path.endsWith(".html") ? "max-age=5" : undefined;
    expect(await cacheControls({ ...others, cacheControl })).toEqual([YEAR, "max-age=86400", "max-age=5"]);
  });

  test("is for the one client with a guard", async ({ cacheControls }) => {
    const guard = (): ReturnType<typeof allow> => allow();
    expect(await cacheControls({ guard, immutable: true })).toEqual([
      `private, ${YEAR}`,
      "private, no-cache",
      "private, no-cache",
    ]);
    expect(await cacheControls({ guard, maxAge: "1h" })).toEqual(Array(3).fill("private, max-age=3600"));
  });

  test("lets no shared cache store what was asked for with Authorization", async ({ folder, serve }) => {
    await fill(folder);
    for (const options of [{}, { immutable: true, maxAge: "1d" }, { immutable: "**" }]) {
      const { get } = await serve(options);
      for (const target of TARGETS) {
        const { status, field } = await get(target, { fields: { Authorization: "Basic YTpi" } });
        expect(status).toBe(200);
        // RFC 9111 §3.5: one of these would let it.
        expect(field("cache-control")).not.toMatch(/public|must-revalidate|s-maxage/);
      }
    }
  });

  test("of a page that lists a directory is no-cache", async ({ folder, serve }) => {
    await fill(folder);
    await folder.writeOld("_astro/a.js", "a");
    const { get } = await serve({ list: true, index: false, maxAge: "1d", immutable: [/^/, "**"] });
    for (const target of ["/", "/assets/", "/_astro/"]) {
      const { status, field } = await get(target);
      expect([status, field("cache-control")]).toEqual([200, "no-cache"]);
    }
  });
});

describe("Cache-Control of send", () => {
  const OPTIONS: readonly StetOptions[] = [
    {},
    { immutable: true },
    { immutable: "**", maxAge: "1d" },
    { cacheControl: () => undefined, maxAge: "1d" },
  ];

  test.for(OPTIONS)("is private, no-cache, with %o", async (options, { folder, serveApp }) => {
    await fill(folder);
    const files = stet(folder.path, options);
    for (const sent of [HASHED.slice(1), PAGE.slice(1), new TextEncoder().encode("content")]) {
      const port = await serveApp(
        (incoming, response) => void files.send(incoming, response, sent, { as: "app-3f9a1c2b.js" }),
      );
      const { status, field } = await request(port, "/");
      expect([status, field("cache-control")]).toEqual([200, "private, no-cache"]);
      const fetched = await files.send(new Request("http://localhost/"), sent);
      expect(fetched.headers.get("cache-control")).toBe("private, no-cache");
    }
    const untrusted = await files.send(new Request("http://localhost/"), HASHED.slice(1), {
      untrusted: true,
    });
    expect(untrusted.headers.get("cache-control")).toBe("private, no-cache");
  });

  test("is what the call says, or cacheControl of the options", async ({ folder }) => {
    await fill(folder);
    const cacheControlOf = async (options: StetOptions, cacheControl?: string | false): Promise<unknown> => {
      const said = cacheControl === undefined ? {} : { cacheControl };
      const answer = await stet(folder.path, options).send(
        new Request("http://localhost/"),
        "index.html",
        said,
      );
      return answer.headers.get("cache-control");
    };
    expect(await cacheControlOf({}, "max-age=60")).toBe("max-age=60");
    expect(await cacheControlOf({}, false)).toBeNull();
    expect(await cacheControlOf({ cacheControl: "max-age=9" })).toBe("max-age=9");
    expect(await cacheControlOf({ cacheControl: (path) => `max-age=${path.length}` })).toBe("max-age=10");
    expect(await cacheControlOf({ cacheControl: "max-age=9" }, "no-store")).toBe("no-store");
    expect(await cacheControlOf({ headers: { "Cache-Control": "no-store" } })).toBe("no-store");
  });
});

describe("the options immutable and maxAge", () => {
  const files = memory({});

  test.for<[unknown, RegExp]>([
    [
      3600,
      /"maxAge" is milliseconds, and 3600 ms are no whole seconds: write 3600000 or "3600s" for 3600 seconds/,
    ],
    [86_400, /write 86400000 or "86400s"/],
    ["3600", /3600 ms are no whole seconds/],
    ["1.5s", /in whole seconds, such as "2s", not "1.5s"/],
    ["1500ms", /in whole seconds, such as "2s", not "1500ms"/],
    ["0.5 seconds", /in whole seconds, such as "1s", not "0.5 seconds"/],
    [0.5, /no whole seconds: write 1000 or "1s" for 1 seconds/],
    [-1000, /from 0 to 2147483647 seconds, such as "1d", not -1000/],
    ["-1d", /from 0 to .* not "-1d"/],
    ["100y", /from 0 to/],
    [Infinity, /from 0 to .* not Infinity/],
  ])("refuse maxAge: %s as out of range", ([maxAge, message]) => {
    expect(() => stet(files, { maxAge } as StetOptions)).toThrow(RangeError);
    expect(() => stet(files, { maxAge } as StetOptions)).toThrow(message);
  });

  test.for<[StetOptions | object, RegExp]>([
    [
      { maxAge: "1 fortnight" },
      /"maxAge" is milliseconds, or a duration such as "1d" or "2 hours", not "1 fort/,
    ],
    [{ maxAge: "" }, /"maxAge" is milliseconds/],
    [{ maxAge: "1".repeat(1000) }, /"maxAge" is milliseconds/],
    [{ maxAge: null }, /"maxAge" is milliseconds.*not null/],
    [{ maxAge: true }, /"maxAge" is milliseconds.*not true/],
    [{ maxAge: Number.NaN }, /"maxAge" is milliseconds.*not NaN/],
    [{ immutable: "" }, /"immutable" is true, false, a glob such as "assets\/\*\*".*not ""/],
    [{ immutable: "/" }, /"immutable" is true/],
    [{ immutable: null }, /"immutable" is true.*not null/],
    [{ immutable: 1 }, /"immutable" is true.*not 1/],
    [{ immutable: [true] }, /"immutable" is true.*not true/],
    [{ immutable: {} }, /"immutable" is true.*not an object/],
  ])("refuse %o", ([options, message]) => {
    expect(() => stet(files, options)).toThrow(TypeError);
    expect(() => stet(files, options)).toThrow(message);
  });

  test("refuse a function that gives a promise, which would be true of every file", async () => {
    const errors: unknown[] = [];
    const { fetch } = stet(memory({ "a.js": "a" }), {
      immutable: (async () => false) as never,
      onError: (error) => void errors.push(error),
    });
    expect((await fetch(new Request("http://localhost/a.js"))).status).toBe(500);
    expect(String(errors[0])).toMatch(
      /"immutable" gives true or false, and not a promise, not an object \(Promise\)/,
    );
  });

  test("take no glob in stet/web, but all else", async () => {
    expect(() => stetForWeb(files, { immutable: "assets/**" })).toThrow(
      /takes no glob in "stet\/web".*RegExp/,
    );
    const { fetch } = stetForWeb(memory({ "assets/a.js": "a" }), { immutable: [/^assets\//], maxAge: "1d" });
    const { headers } = await fetch(new Request("http://localhost/assets/a.js"));
    expect(headers.get("cache-control")).toBe(YEAR);
  });
});
