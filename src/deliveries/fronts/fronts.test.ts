import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Front, HandedFile, Order } from "../front.ts";
import { apache } from "./apache.ts";
import { caddy } from "./caddy.ts";
import { lighttpd } from "./lighttpd.ts";
import type { Mapping } from "./mapping.ts";
import { nginx } from "./nginx.ts";
import { redirect } from "./redirect.ts";

function handed(path: string): HandedFile {
  return { path, type: "text/plain", disposition: undefined, request: undefined };
}

async function orderOf(front: Front, path: string): Promise<string | undefined> {
  const order: Order | undefined = await front.handOver(handed(path));
  if (order === undefined) return undefined;
  return order.kind === "field" ? order.field[1] : order.location;
}

const raw = (text: string): string => Buffer.from(text).toString("latin1");

const INTERNAL = { "/": "/_private/", "/videos": "/_videos/", "/videos/old/": "/_old/" };
const FOLDERS = { "/": "/srv/private", "/videos": "/srv/videos/", "/videos/old/": "/mnt/a b" };

describe.each([
  ["nginx", nginx(INTERNAL), ["/_private/a%20%25%3F%23%22%C3%A9", "/_videos/a", "/_old/a/b"]],
  ["caddy", caddy(INTERNAL), [undefined, "/_videos/a", "/_old/a/b"]],
  ["apache", apache(FOLDERS), [raw('/srv/private/a %?#"é'), "/srv/videos/a", "/mnt/a b/a/b"]],
  ["lighttpd", lighttpd(FOLDERS), ["/srv/private/a%20%25%3F%23%22%C3%A9", "/srv/videos/a", "/mnt/a%20b/a/b"]],
  [
    "redirect",
    redirect({
      "/": "https://a.example/",
      "/videos": ({ path }) => new URL(`https://b.example/${path}?s=1`),
    }),
    ["https://a.example/a%20%25%3F%23%22%C3%A9", "https://b.example/a?s=1", "https://b.example/old/a/b?s=1"],
  ],
] as const)("%s", (_, front, [hostile, video, old]) => {
  it("takes the longest path that holds the file, on a segment boundary", async () => {
    expect(await orderOf(front, "videos/a")).toBe(video);
    expect(await orderOf(front, "videos/old/a/b")).toBe(old);
    expect(await orderOf(front, "videos-of-mine")).toMatch(/videos-of-mine$/);
  });

  it("writes any name as its server reads it", async () => {
    expect(await orderOf(front, 'a %?#"é')).toBe(hostile);
  });

  it("gives nothing that ends a field, whatever the name", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme" }), async (path) => {
        expect((await orderOf(front, path)) ?? "").toMatch(/^[\x20-\x7e\x80-\xff]*$/);
      }),
    );
  });
});

describe.each([
  ["nginx", nginx],
  ["caddy", caddy],
  ["apache", apache],
  ["lighttpd", lighttpd],
  ["redirect", redirect],
] as const)("%s", (name, toFront: (mapping: Mapping) => Front) => {
  const place = { nginx: "/_a/", caddy: "/_a/", redirect: "https://a.example/" }[name as string] ?? "/srv/a";

  it("leaves to stet what isn't mapped", async () => {
    expect(await orderOf(toFront({ "/videos": place }), "a")).toBeUndefined();
    expect(await orderOf(toFront({ "/videos": place }), "videos")).toBeUndefined();
  });

  it.each([
    [undefined],
    [{}],
    [[]],
    ["/_private/"],
    [{ videos: place }],
    [{ "/a/../b": place }],
    [{ "//": place }],
    [{ "/": 5 }],
    [{ "/": "" }],
    [{ "/": "relative" }],
    [{ "/": "/a\r\nX-Evil: 1/" }],
  ])("refuses the mapping %j, and says what to write", (mapping) => {
    expect(() => toFront(mapping as never)).toThrow(TypeError);
    expect(() => toFront(mapping as never)).toThrow(new RegExp(`${name}\\(\\) .*such as`));
  });
});

it.each([
  ["apache", apache(FOLDERS)],
  ["caddy", caddy(INTERNAL)],
] as const)("%s isn't told a name that a field would shorten", async (_, front) => {
  for (const path of ["a ", "videos/a  ", " "]) expect(await orderOf(front, path)).toBeUndefined();
  expect(await orderOf(front, " a\u00A0")).toMatch(/\/ a\u00C2\u00A0$/);
});

describe.each([
  ["nginx", nginx],
  ["caddy", caddy],
] as const)("the internal prefix of %s", (_, toFront) => {
  it.each(["/", "/a", "a/", "//a/", "/a b/", "/%41/", "/../", "/a/./", "/é/"])("isn't %j", (prefix) => {
    expect(() => toFront({ "/": prefix })).toThrow(/such as "\/_private\/"/);
  });
});

describe("redirect", () => {
  it.each(["/a", "javascript:alert(1)", "ftp://a.example/", "", 5, null, "https://"])(
    "takes no %j for a URL of its function",
    async (url) => {
      await expect(orderOf(redirect({ "/": () => url as string }), "a")).rejects.toThrow(
        /makes an http or https URL/,
      );
    },
  );

  it("tells its function what is to be sent", async () => {
    const files: HandedFile[] = [];
    const front = redirect({
      "/videos": (file) => {
        files.push(file);
        return "https://a.example/";
      },
    });
    await front.handOver({ ...handed("videos/a"), disposition: "attachment" });
    expect(files).toEqual([{ ...handed("a"), disposition: "attachment" }]);
  });
});
