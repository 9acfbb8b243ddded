import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isAuthority } from "../../http/authority.ts";
import { requestPathname, requestTarget } from "./request-target.ts";

/** A request as a server may make it, which gives the URL that it likes. */
function made(url: string, host?: string): Request {
  const request = new Request("http://localhost", host === undefined ? {} : { headers: { host } });
  return Object.defineProperty(request, "url", { value: url });
}

describe("requestTarget", () => {
  it("is that of the URL parser for every standard request", () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (text) => {
        const request = new Request(text);
        const { pathname, origin, host } = new URL(request.url);
        fc.pre(isAuthority(host));
        expect(requestTarget(request)).toBe(request.url.replace(/#.*$/, "").slice(origin.length));
        expect(requestPathname(request)).toBe(pathname);
      }),
    );
  });

  it.each([
    ["http://localhost:8000/a.txt", undefined],
    ["http://localhost:8000/a.txt", ""],
    ["http://a/a.txt", "a"],
    ["http://[::1]:80/a.txt", "[::1]:80"],
    // The target was in absolute-form, whose host is then the one that counts.
    ["http://a/a.txt", "b"],
    ["https://a/a.txt#fragment", "a"],
    ["app://bundle/a.txt", undefined],
  ])("is the path of %s, Host %j", (url, host) => {
    expect(requestTarget(made(url, host))).toBe("/a.txt");
  });

  it.each([
    ["http://a/b/../c?x=%2e", "/b/../c?x=%2e"],
    ["http://a//b/%2e%2e/c", "//b/%2e%2e/c"],
    ["http://a/b\\c", "/b\\c"],
    ["http://a/é?ü", "/é?ü"],
  ])("leaves %s as it was sent", (url, target) => {
    expect(requestTarget(made(url, "a"))).toBe(target);
  });

  it.each([
    // Bun's, without a Host that it takes.
    ["/admin/a.txt", undefined],
    ["//a/b", undefined],
    ["/a.txt", "a b"],
    ["http://a/a.txt", "a, b"],
    ["http://:/a.txt", ":"],
    // Deno's, which joins Host and target.
    ["http://a b/a.txt", "a b"],
    ["http://a/b/a.txt", "a/b"],
    ["http://a?b/a.txt", "a?b"],
    ["http://a#b/a.txt", "a#b"],
    ["http://a\\b/a.txt", "a\\b"],
    ["http://u@a/a.txt", "u@a"],
    ["http://a;b/a.txt", "x"],
    ["http://a?/admin/a.txt", "a"],
    ["http:///a.txt", "a"],
    ["data:,text", undefined],
  ])("is none of %s, Host %j", (url, host) => {
    expect([requestTarget(made(url, host)), requestPathname(made(url, host))]).toEqual(["", ""]);
  });
});
