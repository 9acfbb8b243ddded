import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exceedsUtf8Length } from "./utf8-length.ts";

describe("exceedsUtf8Length", () => {
  test.each([
    ["", 0, false],
    ["a", 0, true],
    ["é", 1, true],
    ["é", 2, false],
    ["€", 2, true],
    ["€", 3, false],
    ["😀", 3, true],
    ["😀", 4, false],
    ["\u007F", 1, false],
    ["\u0080", 1, true],
    ["\u07FF", 2, false],
    ["\u0800", 2, true],
    ["\uFFFF", 3, false],
    ["\u{10000}", 3, true],
    ["a".repeat(255), 255, false],
    ["a".repeat(256), 255, true],
  ])("%j, %i bytes: %s", (text, limit, expected) => {
    expect(exceedsUtf8Length(text, limit)).toBe(expected);
  });

  test("agrees with an encoder", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat(40), (text, limit) => {
        expect(exceedsUtf8Length(text, limit)).toBe(Buffer.byteLength(text) > limit);
      }),
    );
  });
});
