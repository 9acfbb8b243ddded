import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodePath } from "./encode-path.ts";

describe("encodePath", () => {
  test.each([
    ["", ""],
    ["a/b.txt", "a/b.txt"],
    ["-._~", "-._~"],
    ["sp ace.txt", "sp%20ace.txt"],
    ["a%b", "a%25b"],
    ["%2F", "%252F"],
    ["#?", "%23%3F"],
    ["javascript:alert(1)", "javascript%3Aalert%281%29"],
    ["!'()*", "%21%27%28%29%2A"],
    ['"<>&', "%22%3C%3E%26"],
    ["é/😀", "%C3%A9/%F0%9F%98%80"],
  ])("%j is %j", (path, expected) => {
    expect(encodePath(path)).toBe(expected);
  });

  test("throws on a lone surrogate", () => {
    expect(() => encodePath("\uD800")).toThrow(URIError);
  });

  test("leaves only unreserved characters, escapes and slashes, and gives the path back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (path) => {
        const encoded = encodePath(path);
        expect(encoded).toMatch(/^(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})*$/);
        expect(decodeURIComponent(encoded)).toBe(path);
        expect(encoded.split("/")).toHaveLength(path.split("/").length);
      }),
    );
  });

  test("a name is a relative reference to itself", () => {
    const name = fc.string({ unit: "grapheme", minLength: 1 }).filter((name) => !/[/]|^\.{1,2}$/.test(name));
    fc.assert(
      fc.property(name, (name) => {
        const resolved = new URL(encodePath(name), "http://host/dir/");
        expect(resolved.origin).toBe("http://host");
        expect(decodeURIComponent(resolved.pathname)).toBe(`/dir/${name}`);
        expect(resolved.search + resolved.hash).toBe("");
      }),
    );
  });
});
