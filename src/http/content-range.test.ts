import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ContentRange,
  formatContentRange,
  formatUnsatisfiedRange,
  parseContentRange,
} from "./content-range.ts";

const MAX = Number.MAX_SAFE_INTEGER;

describe("parseContentRange", () => {
  it.each<[string, ContentRange]>([
    ["bytes 0-4/1000", { kind: "range", firstPos: 0, lastPos: 4, completeLength: 1000 }],
    ["bytes 0-0/1", { kind: "range", firstPos: 0, lastPos: 0, completeLength: 1 }],
    ["bytes 42-1233/*", { kind: "range", firstPos: 42, lastPos: 1233, completeLength: undefined }],
    ["Bytes 00-04/05", { kind: "range", firstPos: 0, lastPos: 4, completeLength: 5 }],
    [" bytes 0-4/5\t", { kind: "range", firstPos: 0, lastPos: 4, completeLength: 5 }],
    ["bytes */1000", { kind: "unsatisfied", completeLength: 1000 }],
    ["bytes */0", { kind: "unsatisfied", completeLength: 0 }],
    [`bytes 0-${MAX - 1}/${MAX}`, { kind: "range", firstPos: 0, lastPos: MAX - 1, completeLength: MAX }],
  ])("reads %j", (text, value) => {
    expect(parseContentRange(text)).toEqual(value);
  });

  it.each([
    "",
    "bytes",
    "bytes=0-4/5",
    "bytes 0-4",
    "bytes 0-4/",
    "bytes 4-3/5",
    "bytes 0-4/4",
    "bytes 0-5/5",
    "bytes */*",
    "bytes */",
    "bytes -4/5",
    "bytes 0-/5",
    "bytes 0-4/5, bytes 0-4/5",
    "bytes  0-4/5",
    "bytes 0 - 4/5",
    "bytes 0-4 / 5",
    "bytes +0-4/5",
    "bytes 0-1e1/50",
    "items 0-4/5",
    "bytes 0-4/5\n",
    `bytes 0-4/${MAX + 1}`,
    `bytes 0-${MAX + 1}/*`,
    `bytes ${MAX + 1}-${MAX + 1}/*`,
    `bytes */${MAX + 1}`,
    `bytes 0-4/${"9".repeat(400)}`,
  ])("refuses %j", (text) => {
    expect(parseContentRange(text)).toBeUndefined();
  });

  it("undoes formatContentRange", () => {
    const positions = fc.uniqueArray(fc.maxSafeNat(), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(positions, (positions) => {
        const [firstPos = 0, lastPos = 0, completeLength = 0] = positions.toSorted((a, b) => a - b);
        const text = formatContentRange(firstPos, lastPos, completeLength);
        expect(parseContentRange(text)).toEqual({ kind: "range", firstPos, lastPos, completeLength });
      }),
    );
  });

  it("undoes formatUnsatisfiedRange", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (completeLength) => {
        const text = formatUnsatisfiedRange(completeLength);
        expect(parseContentRange(text)).toEqual({ kind: "unsatisfied", completeLength });
      }),
    );
  });

  it("refuses exactly what contradicts itself", () => {
    fc.assert(
      fc.property(fc.nat(9), fc.nat(9), fc.nat(9), (firstPos, lastPos, completeLength) => {
        const isConsistent = firstPos <= lastPos && lastPos < completeLength;
        const parsed = parseContentRange(formatContentRange(firstPos, lastPos, completeLength));
        expect(parsed !== undefined).toBe(isConsistent);
      }),
    );
  });
});

describe("format", () => {
  it("writes the two forms", () => {
    expect(formatContentRange(0, 4, 1000)).toBe("bytes 0-4/1000");
    expect(formatUnsatisfiedRange(1000)).toBe("bytes */1000");
  });
});
