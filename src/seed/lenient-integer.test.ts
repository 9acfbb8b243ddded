import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readLenientInteger } from "./lenient-integer.ts";

describe("readLenientInteger", () => {
  test.each([
    ["0", 0],
    ["0100", 100],
    ["+8", 8],
    ["-1994", -1994],
    ["1_994", 1994],
    ["1_9_9_4", 1994],
    ["0_8", 8],
    ["\u0661\u0669\u0669\u0664", 1994],
    ["-\uFF11_\u0669", -19],
    ["\u{1D7CE}\u{1D7D9}\u{1D7E4}\u{1D7FF}", 129],
    ["9007199254740993", 9007199254740992],
  ])("%j is %d", (text, expected) => {
    expect(readLenientInteger(text)).toBe(expected);
  });

  test.each([
    ["nothing", ""],
    ["a sign alone", "-"],
    ["two signs", "+-8"],
    ["a minus that isn't ASCII's", "\u22128"],
    ["an underscore in front", "_8"],
    ["an underscore behind the sign", "+_8"],
    ["an underscore at the end", "8_"],
    ["two underscores", "1__9"],
    ["a fraction", "37.5"],
    ["an exponent", "1e2"],
    ["hexadecimal", "0x10"],
    ["a BigInt literal", "10n"],
    ["a superscript", "\u00B2994"],
    ["a vulgar fraction", "\u00BD"],
    ["half a surrogate pair", "1\uD835"],
    ["a newline at the end", "8\n"],
    ["a word", "Infinity"],
  ])("%s is none: %j", (_why, text) => {
    expect(readLenientInteger(text)).toBeUndefined();
  });

  test("300 characters are read, 301 are not", () => {
    expect(readLenientInteger("7".padStart(300, "0"))).toBe(7);
    expect(readLenientInteger("9".repeat(300))).toBe(1e300);
    expect(readLenientInteger("7".padStart(301, "0"))).toBeUndefined();
  });

  test("a digit of any script is worth what Intl says", () => {
    const scripts = Intl.supportedValuesOf("numberingSystem")
      .map((numberingSystem) => new Intl.NumberFormat("en", { numberingSystem }))
      .map((format) => Array.from({ length: 10 }, (_, digit) => format.format(digit)))
      .filter((digits) => digits.every((digit) => /^\p{Nd}$/u.test(digit)));
    expect(scripts.length).toBeGreaterThan(50);
    expect(scripts.map((digits) => digits.map(readLenientInteger))).toEqual(
      scripts.map(() => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
    );
  });

  test("what String() writes is read back", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (integer) => {
        expect(readLenientInteger(String(integer))).toBe(integer);
      }),
    );
  });

  test("for any text, a finite integer or none", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom("0", "9", "_", "+", "-", ".", "\u0661", "\u00B2", "\u{1D7FF}") }),
    );
    fc.assert(
      fc.property(text, (text) => {
        const integer = readLenientInteger(text);
        expect(integer === undefined || Number.isInteger(integer)).toBe(true);
      }),
    );
  });
});
