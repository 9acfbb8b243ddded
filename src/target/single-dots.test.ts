import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withoutSingleDots } from "./single-dots.ts";

describe("withoutSingleDots", () => {
  it.each([
    ["/./Release", "/Release"],
    ["/repository/./x.deb?a=./b", "/repository/x.deb?a=./b"],
    ["/././a", "/a"],
    ["/a/.", "/a/"],
    ["/.", "/"],
    ["/./", "/"],
    ["/./../a", "/../a"],
    ["/.//a", "//a"],
  ])("%s → %s", (target, expected) => {
    expect(withoutSingleDots(target)).toBe(expected);
  });

  it.each(["/a", "/a.b/.c", "/..", "/%2e/a", "/a?x=/./b", "*", ""])("leaves %s alone", (target) => {
    expect(withoutSingleDots(target)).toBeUndefined();
  });

  it("leads where the target led, as a browser reads it", () => {
    const segments = fc.array(fc.constantFrom(".", "a", "b.c"), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(segments, (names) => {
        const target = `/${names.join("/")}`;
        const base = "http://localhost";
        expect(new URL((withoutSingleDots(target) ?? target).replace(/^[/]+/, "/"), base).pathname).toBe(
          new URL(target, base).pathname,
        );
      }),
    );
  });
});
