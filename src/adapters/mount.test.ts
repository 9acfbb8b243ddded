import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchedMount, takeMount } from "./mount.ts";

describe("what a pattern has matched in front of its wildcard", () => {
  it.each([
    ["/static/*", "/static/a.txt", "/static"],
    ["/static/**", "/static/a/b.txt", "/static"],
    ["/static/**:path", "/static/", "/static"],
    ["/static/*", "/%73tatic/a.txt", "/%73tatic"],
    ["/:site/files/*", "/one/files/a.txt", "/one/files"],
    ["/static/*", "/static", "/static"],
    ["/*", "/a.txt", ""],
    ["*", "/a.txt", ""],
    ["/logo.png", "/logo.png", ""],
    ["", "/a.txt", ""],
  ])("%s of %s: %j", (pattern, pathname, mount) => {
    expect(matchedMount(pattern, pathname)).toBe(mount);
  });

  it.each([
    ["/static/*", "/static;x/admin/a.txt"],
    ["/static/*", "/static;x"],
    ["/static/*", "//static/a.txt"],
    ["/static/*", "/other/a.txt"],
    ["/static/*", ""],
    ["/static/*", "/static%2Fadmin"],
    ["/static/*", "/%zz/a.txt"],
    ["/:site/files/*", "/one/two/files/a.txt"],
  ])("%s of %s: nothing, since the router has read another path", (pattern, pathname) => {
    expect(matchedMount(pattern, pathname)).toBeUndefined();
  });

  it.each([
    ["/static/*", "/STATIC/a.txt", "/STATIC"],
    ["/a b/*", "/a%20b/a.txt", "/a%20b"],
    ["/a%20b/**", "/a%20b/a.txt", "/a%20b"],
    ["/:site{[a-z]+}/*", "/one/a.txt", "/one"],
  ])("%s of %s, where the router knows more of its patterns: %j", (pattern, pathname, mount) => {
    expect(matchedMount(pattern, pathname)).toBe(mount);
  });

  it("is always the front of the path, up to a slash or its end", () => {
    const segments = fc.array(fc.stringMatching(/^[a-z%.]*$/), { maxLength: 6 });
    fc.assert(
      fc.property(segments, segments, (pattern, path) => {
        const pathname = `/${path.join("/")}`;
        const mount = matchedMount(`/${pattern.join("/")}/*`, pathname);
        if (mount === undefined) return;
        expect(pathname.startsWith(mount)).toBe(true);
        expect(["/", ""]).toContain(pathname.charAt(mount.length));
      }),
    );
  });
});

describe("a target less its mount", () => {
  it.each([
    ["/static", "/static/a.txt?v=1", { target: "/a.txt?v=1", mount: { pathname: "/static", bare: false } }],
    ["/static", "/static/", { target: "/", mount: { pathname: "/static", bare: false } }],
    ["/static", "/static", { target: "/", mount: { pathname: "/static", bare: true } }],
    ["/static", "/static?a=1", { target: "/?a=1", mount: { pathname: "/static", bare: true } }],
    ["", "/a.txt", { target: "/a.txt" }],
    [
      "/static/",
      "/static//a.txt",
      { target: "/a.txt", mount: { pathname: "/static/", bare: false }, ambiguous: true },
    ],
    ["/a/..", "/a/../b", { target: "/b", mount: { pathname: "/a/..", bare: false }, ambiguous: true }],
    ["/%2F", "/%2F/b", { target: "/b", mount: { pathname: "/%2F", bare: false }, ambiguous: true }],
    ["/static", "/static-other/a.txt", undefined],
    ["/static", "/a.txt", undefined],
  ])("%j of %s", (mount, target, taken) => {
    expect(takeMount(mount, target)).toEqual(taken);
  });
});
