import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { permanentRedirect, redirect } from "./redirect.ts";

const HELPERS = [
  ["redirect", redirect, 302, 307],
  ["permanentRedirect", permanentRedirect, 301, 308],
] as const;

const FRAGMENTS = ["/", "\\", ":", "@", ".", "?", "#", "%", "\t", "\r", "\n", "\0", " "].concat([
  "http",
  "javascript",
  "a",
  "\u00E9",
]);

describe.each(HELPERS)("%s", (_name, helper, status, preservingStatus) => {
  test(`is a ${status} with a Location and no content`, () => {
    const response = helper("/login?next=/account");
    expect(response.status).toBe(status);
    expect(response.body).toBeNull();
    expect([...response.headers]).toEqual([["location", "/login?next=/account"]]);
  });

  test(`is a ${preservingStatus} where the method is preserved`, () => {
    expect(helper("/a", { preserveMethod: true }).status).toBe(preservingStatus);
    expect(helper("/a", { preserveMethod: false }).status).toBe(status);
  });

  test.each([
    ["docs/", "docs/"],
    ["?page=2", "?page=2"],
    ["/caf\u00E9 au lait", "/caf%C3%A9%20au%20lait"],
    ["/a%20b", "/a%20b"],
    ["/a\r\nSet-Cookie: x=1", "/a%0D%0ASet-Cookie:%20x=1"],
  ])("writes %j as %j", (to, location) => {
    expect(helper(to).headers.get("Location")).toBe(location);
  });

  test("takes a URL", () => {
    const to = new URL("https://files.example/a b");
    expect(helper(to, { allowedHosts: ["files.example"] }).headers.get("Location")).toBe(
      "https://files.example/a%20b",
    );
    expect(() => helper(to)).toThrow(/leaves the origin/);
  });

  test.each([[undefined], [null], [5], [{ href: "/a" }]])("leads to no %j", (to) => {
    expect(() => helper(to as never)).toThrow(TypeError);
    expect(() => helper(to as never)).toThrow(/URI reference such as "\/login"/);
  });

  test.each<[unknown, RegExp]>([
    [{ status: 301 }, /no option "status".*permanentRedirect/],
    [{ allowedHosts: "files.example" }, /"allowedHosts" is an array such as/],
    [{ allowedHosts: [5] }, /"allowedHosts" is an array such as/],
    [{ allowedHosts: null }, /"allowedHosts" is an array such as/],
    [{ preserveMethod: "no" }, /"preserveMethod" is true or false/],
    [null, /options are an object/],
    [302, /options are an object/],
  ])("refuses the options %j", (options, message) => {
    expect(() => helper("/a", options as never)).toThrow(TypeError);
    expect(() => helper("/a", options as never)).toThrow(message);
  });

  test.each([
    ["javascript:alert(1)"],
    [" javascript:alert(1)"],
    ["java\nscript:alert(1)"],
    ["\0javascript:alert(1)"],
    ["data:text/html,x"],
    ["mailto:a@example.com"],
    ["file:///etc/passwd"],
    ["ftp://example.com/"],
  ])("never leads to %j", (to) => {
    expect(() => helper(to)).toThrow(TypeError);
    expect(() => helper(to, { allowedHosts: "any" })).toThrow(TypeError);
  });

  test.each([["https://example.com/a"], ["http://example.com/a"], ["//example.com/a"]])(
    "leads to %j only where its host is allowed",
    (to) => {
      expect(() => helper(to)).toThrow(/allowedHosts: \["example\.com"\]/);
      expect(() => helper(to, { allowedHosts: ["example.org"] })).toThrow(TypeError);
      expect(helper(to, { allowedHosts: ["example.com"] }).headers.get("Location")).toBe(to);
      expect(helper(to, { allowedHosts: "any" }).headers.get("Location")).toBe(to);
    },
  );

  test.each([["/\\example.com"], ["\\\\example.com"], ["/\t/example.com"], ["https:example.com"]])(
    "isn't led off the origin by %j",
    (to) => {
      expect(() => helper(to)).toThrow(TypeError);
    },
  );

  test("carries other fields, and its own Location", () => {
    const headers = { "Cache-Control": "no-store", location: "https://example.com/" };
    expect([...helper("/a", { headers }).headers]).toEqual([
      ["cache-control", "no-store"],
      ["location", "/a"],
    ]);
  });

  test("doesn't touch the Headers it was given", () => {
    const headers = new Headers({ Vary: "Cookie" });
    helper("/a", { headers });
    expect([...headers.keys()]).toEqual(["vary"]);
  });

  test("any target stays on the origin, as URL reads it, or is refused with a TypeError", () => {
    const target = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom(...FRAGMENTS) }),
    );
    fc.assert(
      fc.property(target, (to) => {
        const location = locationOf(to) ?? "/refused";
        expect(location).toMatch(/^[\x21-\x7E]*$/);
        expect(new URL(location, "https://here.example/a/b").origin).toBe("https://here.example");
      }),
      { numRuns: 2000 },
    );
  });

  function locationOf(to: string): string | undefined {
    try {
      return helper(to).headers.get("Location") ?? undefined;
    } catch (error) {
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  }
});
