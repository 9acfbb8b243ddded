import { assert, nat, pre, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { toMaxAge } from "./max-age.ts";

const YEAR = 365 * 24 * 60 * 60;

describe("toMaxAge", () => {
  it("reads milliseconds, as a number or as text", () => {
    assert(
      property(nat({ max: YEAR * 1000 }), (milliseconds) => {
        const seconds = Math.floor(milliseconds / 1000);
        expect(toMaxAge(milliseconds)).toBe(seconds);
        expect(toMaxAge(String(milliseconds))).toBe(seconds);
        expect(toMaxAge(`${milliseconds} ms`)).toBe(seconds);
      }),
    );
  });

  it("reads each unit by each of its names, and sends a year at most", () => {
    const units: Readonly<Record<string, number>> = {
      "s sec secs second seconds": 1,
      "m min mins minute minutes": 60,
      "h hr hrs hour hours": 3600,
      "d day days": 86_400,
      "w week weeks": 604_800,
      "y yr yrs year years": 31_557_600,
    };
    for (const [names, seconds] of Object.entries(units)) {
      for (const name of names.split(" ")) {
        for (const text of [`3${name}`, `3 ${name.toUpperCase()}`]) {
          expect(toMaxAge(text), text).toBe(Math.min(3 * seconds, YEAR));
        }
      }
    }
  });

  it("refuses every other text, however long, in linear time", () => {
    assert(
      property(string(), (text) => {
        pre(!/^[\d.]+ *[a-z]*$/i.test(text));
        expect(() => toMaxAge(text)).toThrow(TypeError);
      }),
    );
    const many = 1_000_000;
    for (const text of [`${"9".repeat(many)}!`, `9${" ".repeat(many)}!`, `9${"d".repeat(many)}`]) {
      expect(() => toMaxAge(text)).toThrow(TypeError);
    }
  });

  it.each(["", "1 fortnight", "-1d", "1d 2h", "1.2.3", undefined, null, true, -1, Number.NaN])(
    "refuses %o",
    (value) => {
      expect(() => toMaxAge(value)).toThrow(/"maxAge" is milliseconds, or a duration such as "1d"/);
    },
  );
});
