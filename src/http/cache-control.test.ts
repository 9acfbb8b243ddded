import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatCacheControl, parseCacheControl } from "./cache-control.ts";

describe("parseCacheControl", () => {
  it.each<[string, Readonly<Record<string, string | true>>]>([
    ["", {}],
    ["no-store", { "no-store": true }],
    ["Max-Age=60, Immutable", { "max-age": "60", immutable: true }],
    ['max-age="60"', { "max-age": "60" }],
    ['private="set-cookie, x-a", no-transform', { private: "set-cookie, x-a", "no-transform": true }],
    [String.raw`a="\"\\"`, { a: String.raw`"\ `.trim() }],
    ["max-age=1, max-age=2", { "max-age": "1" }],
    [",, max-age=1 ,", { "max-age": "1" }],
    ["max age, @, =1, max-age=, a=b c, b", { b: true }],
    ['a="open, b', {}],
  ])("reads %j", (text, directives) => {
    expect(Object.fromEntries(parseCacheControl(text))).toEqual(directives);
  });

  it("isn't led astray by the names of objects", () => {
    expect(parseCacheControl("__proto__=1").get("__proto__")).toBe("1");
    expect(parseCacheControl("a").has("constructor")).toBe(false);
  });

  it("undoes formatCacheControl", () => {
    const name = fc.stringMatching(/^[a-z-]{1,8}$/);
    const text = fc.string({ unit: fc.constantFrom("a", "1", " ", ",", '"', "\\", "=", "é", "\t") });
    const directive = fc.tuple(name, fc.oneof(text, fc.maxSafeNat(), fc.constant(true as const)));
    fc.assert(
      fc.property(fc.uniqueArray(directive, { selector: ([name]) => name }), (directives) => {
        const expected = directives.map(([name, value]) => [name, value === true ? true : String(value)]);
        expect([...parseCacheControl(formatCacheControl(directives))]).toEqual(expected);
      }),
    );
  });
});

describe("formatCacheControl", () => {
  it("writes directives in their order", () => {
    expect(formatCacheControl([])).toBe("");
    expect(
      formatCacheControl([
        ["public", true],
        ["max-age", 60],
        ["immutable", true],
      ]),
    ).toBe("public, max-age=60, immutable");
    expect(formatCacheControl(new Map([["max-age", 0]]))).toBe("max-age=0");
    expect(
      formatCacheControl([
        ["community", "UCI"],
        ["x", "a b"],
      ]),
    ).toBe('community=UCI, x="a b"');
  });

  it("quotes the lists of field names", () => {
    expect(
      formatCacheControl([
        ["private", "set-cookie"],
        ["no-cache", true],
      ]),
    ).toBe('private="set-cookie", no-cache');
  });

  it.each<[string, string | number | true]>([
    ["", true],
    ["max age", 1],
    ["a,b", true],
    ["a\r\nb", true],
    ["max-age", -1],
    ["max-age", 1.5],
    ["max-age", Number.NaN],
    ["max-age", 1e21],
    ["x", "a\r\nSet-Cookie: b"],
    ["x", "\u0000"],
  ])("refuses %j with %j", (name, argument) => {
    expect(() => formatCacheControl([[name, argument]])).toThrow(TypeError);
  });
});
