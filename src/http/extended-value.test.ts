import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatExtendedValue } from "./extended-value.ts";

describe("formatExtendedValue", () => {
  it("escapes all but attr-char", () => {
    expect(formatExtendedValue("naïve €.txt")).toBe("UTF-8''na%C3%AFve%20%E2%82%AC.txt");
    expect(formatExtendedValue("'()*")).toBe("UTF-8''%27%28%29%2A");
    expect(formatExtendedValue("!~-_.")).toBe("UTF-8''!~-_.");
  });

  it("writes nothing but ext-value", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(formatExtendedValue(text)).toMatch(/^UTF-8''(?:[A-Za-z0-9!#$&+\-.^_`|~]|%[0-9A-F]{2})*$/);
      }),
    );
  });
});
