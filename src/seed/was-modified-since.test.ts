import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import rows from "../../test/conformance/vectors/was_modified_since.json" with { type: "json" };
import { wasModifiedSince } from "./was-modified-since.ts";

const DATE = "Sun, 06 Nov 1994 08:49:37 GMT";
const MTIME = 784_111_777;
const MEGABYTE = 1 << 20;

describe("wasModifiedSince", () => {
  test("all of the seed's rows are here", () => {
    expect(rows).toHaveLength(130);
  });

  test.each(rows)("$note: $header", ({ header, mtime, size, expected }) => {
    expect(wasModifiedSince(header, mtime, size)).toBe(expected);
  });

  test("a header that is undefined is no header", () => {
    expect(wasModifiedSince(undefined, MTIME, 100)).toBe(true);
  });

  test.each([
    ["9007199254740993", 9_007_199_254_740_993n, false],
    ["9007199254740993", 9_007_199_254_740_992n, true],
    ["9007199254740992", 2 ** 53, false],
    ["1000000000000000000000", 1e21, false],
    ["00", 0, false],
    ["00", 0n, false],
    ["1", 1.5, true],
    ["0", Number.NaN, true],
    ["0", Number.POSITIVE_INFINITY, true],
    ["1", -1, true],
  ])("length=%s against a size of %s: %s", (length, size, expected) => {
    expect(wasModifiedSince(`${DATE}; length=${length}`, MTIME, size)).toBe(expected);
  });

  test.each([
    ["a newline after the length", `${DATE}; length=100\n`],
    ["digits of another script", `${DATE}; length=\u0661\u0660\u0660`],
    ["a tab before the parameter", `${DATE};\tlength=100`],
    ["a space before the equals sign", `${DATE}; length =100`],
  ])("%s: modified", (_why, header) => {
    expect(wasModifiedSince(header, MTIME, 100)).toBe(true);
  });

  test("an mtime that is NaN never lets a copy stand", () => {
    expect(wasModifiedSince(DATE, Number.NaN, 100)).toBe(true);
  });

  test("the copy stands from its own second on, and with its own length only", () => {
    const seconds = fc.integer({ min: -50_000_000_000, max: 250_000_000_000 });
    fc.assert(
      fc.property(
        seconds,
        seconds,
        fc.bigInt({ min: 0n }),
        fc.bigInt({ min: 0n }),
        (since, mtime, size, length) => {
          const date = new Date(since * 1000).toUTCString();
          expect(wasModifiedSince(date, mtime, size)).toBe(mtime > since);
          expect(wasModifiedSince(`${date}; length=00${size}`, mtime, size)).toBe(mtime > since);
          expect(wasModifiedSince(`${date}; length=${length}`, mtime, size)).toBe(
            mtime > since || length !== size,
          );
        },
      ),
    );
  });

  test("no text, mtime or size makes it throw", () => {
    const header = fc.oneof(
      fc.string({ unit: "binary" }),
      fc
        .tuple(fc.constantFrom(DATE, ""), fc.string({ unit: "binary" }))
        .map((parts) => parts.join("; length=")),
    );
    fc.assert(
      fc.property(header, fc.double(), fc.oneof(fc.double(), fc.bigInt()), (header, mtime, size) => {
        expect(typeof wasModifiedSince(header, mtime, size)).toBe("boolean");
      }),
    );
  });

  // Were any of this quadratic, these would take minutes to hours.
  test.each([
    ["spaces", " ".repeat(MEGABYTE), true],
    ["spaces around a date", `${" ".repeat(MEGABYTE)}${DATE}${" ".repeat(MEGABYTE)}`, false],
    ["commas", ",".repeat(MEGABYTE), true],
    ["hyphens", "-".repeat(MEGABYTE), true],
    ["colons", `06 Nov 1994 ${":".repeat(MEGABYTE)} GMT`, true],
    ["dots", `06 Nov 1994 ${".".repeat(MEGABYTE)} GMT`, true],
    ["underscores", `06 Nov 1994 08:${"1_".repeat(MEGABYTE)}:37 GMT`, true],
    ["words after the date", `${DATE}${" x".repeat(MEGABYTE)}`, false],
    ["a year of digits", `06 Nov ${"9".repeat(MEGABYTE)} 08:49:37 GMT`, true],
    ["a day of digits of another script", `${"\u{1D7FF}".repeat(MEGABYTE)} Nov 1994 08:49:37 GMT`, true],
    ["a zone of digits is not known", `06 Nov 1994 08:49:37 +${"9".repeat(MEGABYTE)}`, false],
    ["semicolons", ";".repeat(MEGABYTE), true],
    ["a length of digits", `${DATE}; length=${"9".repeat(MEGABYTE)}`, true],
    ["a length of digits and then none", `${DATE}; length=${"9".repeat(MEGABYTE)}x`, true],
    ["a length of zeros", `${DATE}; length=${"0".repeat(MEGABYTE)}`, false],
    ["a length with zeros in front", `${DATE}; length=${"0".repeat(MEGABYTE)}100`, true],
  ])("a megabyte of %s ends", (_what, header, expected) => {
    expect(wasModifiedSince(header, MTIME, 0)).toBe(expected);
  });
});
