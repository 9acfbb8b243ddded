import * as fc from "fast-check";
import untypedRangeParser from "range-parser";
import { describe, expect, it } from "vitest";
import { parseByteRanges, type RangeSpec } from "./ranges-specifier.ts";

interface Resolved {
  readonly start: number;
  readonly end: number;
}
const rangeParser: (length: number, text: string) => readonly Resolved[] | -1 | -2 = untypedRangeParser;

const MAX = Number.MAX_SAFE_INTEGER;

const span = fc
  .tuple(fc.nat(1000), fc.nat(1000))
  .map(([a, b]): RangeSpec => ({ firstPos: Math.min(a, b), lastPos: Math.max(a, b) }));
const fromPosition = fc.nat(1000).map((firstPos): RangeSpec => ({ firstPos, lastPos: undefined }));
const suffix = fc.nat(1000).map((suffixLength): RangeSpec => ({ suffixLength }));
const rangeSpec: fc.Arbitrary<RangeSpec> = fc.oneof(span, fromPosition, suffix);
const separator = fc.stringMatching(/^[ \t]{0,2},[ \t,]{0,3}$/);

function format(range: RangeSpec): string {
  return "suffixLength" in range ? `-${range.suffixLength}` : `${range.firstPos}-${range.lastPos ?? ""}`;
}

function resolve(range: RangeSpec, length: number): Resolved {
  if ("suffixLength" in range) return { start: length - range.suffixLength, end: length - 1 };
  return { start: range.firstPos, end: Math.min(range.lastPos ?? length - 1, length - 1) };
}

describe("parseByteRanges", () => {
  it.each<[string, readonly RangeSpec[]]>([
    ["bytes=0-4", [{ firstPos: 0, lastPos: 4 }]],
    ["bytes=5-", [{ firstPos: 5, lastPos: undefined }]],
    ["bytes=-5", [{ suffixLength: 5 }]],
    ["bytes=-0", [{ suffixLength: 0 }]],
    ["bytes=0-0", [{ firstPos: 0, lastPos: 0 }]],
    ["BYTES=0-4", [{ firstPos: 0, lastPos: 4 }]],
    ["Bytes=00-04", [{ firstPos: 0, lastPos: 4 }]],
    ["bytes= 0-4", [{ firstPos: 0, lastPos: 4 }]],
    ["bytes=,0-4,", [{ firstPos: 0, lastPos: 4 }]],
    [" bytes=0-4\t", [{ firstPos: 0, lastPos: 4 }]],
    [
      "bytes=5-9 ,\t, 0-4",
      [
        { firstPos: 5, lastPos: 9 },
        { firstPos: 0, lastPos: 4 },
      ],
    ],
    ["bytes=0-,-1", [{ firstPos: 0, lastPos: undefined }, { suffixLength: 1 }]],
    [`bytes=0-${"9".repeat(400)}`, [{ firstPos: 0, lastPos: MAX }]],
    [`bytes=${"9".repeat(400)}-`, [{ firstPos: MAX, lastPos: undefined }]],
    [`bytes=-${"9".repeat(400)}`, [{ suffixLength: MAX }]],
    ["bytes=9007199254740992-9007199254740993", [{ firstPos: MAX, lastPos: MAX }]],
    [`bytes=${"0".repeat(400)}7-8`, [{ firstPos: 7, lastPos: 8 }]],
  ])("reads %j", (text, ranges) => {
    expect(parseByteRanges(text)).toEqual(ranges);
  });

  it.each([
    "",
    "bytes",
    "bytes=",
    "bytes= ,, ",
    "bytes 0-4",
    "bytes =0-4",
    "bytes=-",
    "bytes=5",
    "bytes=--5",
    "bytes=5--",
    "bytes=1-2-3",
    "bytes=+0-4",
    "bytes=0-+4",
    "bytes=0-1e2",
    "bytes=0x0-4",
    "bytes=0.0-4",
    "bytes=0 - 4",
    "bytes=0- 4",
    "bytes=- 4",
    "bytes=0-4;5-9",
    "bytes=0-4 5-9",
    "bytes=0-4,x",
    "bytes=0-4,4-3",
    "bytes=4-3",
    "bytes=10-9",
    "bytes=9007199254740993-9007199254740992",
    "bytes=٠-٤",
    "bytes=0-4\n",
    "bytes=\u00a00-4",
    "bytes==0-4",
    "bytes=bytes=0-4",
    "byte=0-4",
    "xbytes=0-4",
    "items=0-4",
    "seconds=1-2",
  ])("ignores %j", (text) => {
    expect(parseByteRanges(text)).toBeUndefined();
  });

  it("reads any set that the grammar allows", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(rangeSpec, separator), { minLength: 1 }), (elements) => {
        const text = `bytes=${elements.map(([range, separator]) => format(range) + separator).join("")}`;
        expect(parseByteRanges(text)).toEqual(elements.map(([range]) => range));
      }),
    );
  });

  it("compares positions of any length", () => {
    const position = fc.bigInt({ min: 0n, max: 10n ** 30n });
    fc.assert(
      fc.property(position, position, fc.nat(3), (a, b, zeros) => {
        const parsed = parseByteRanges(`bytes=${"0".repeat(zeros)}${a}-${b}`);
        expect(parsed === undefined).toBe(b < a);
      }),
    );
  });

  it("gives safe numbers, in order", () => {
    const text = fc.string({ unit: fc.constantFrom("0", "1", "9", "-", ",", " ", "=", "99999999999999999") });
    fc.assert(
      fc.property(text, (text) => {
        for (const range of parseByteRanges(`bytes=${text}`) ?? []) {
          const positions =
            "suffixLength" in range ? [range.suffixLength] : [range.firstPos, range.lastPos ?? MAX];
          expect(positions.every((position) => Number.isSafeInteger(position))).toBe(true);
          expect(positions).toEqual(positions.toSorted((a, b) => a - b));
        }
      }),
    );
  });

  it("means what range-parser reads", () => {
    const length = 1000; // No suffix is longer: range-parser drops those.
    fc.assert(
      fc.property(fc.array(rangeSpec, { minLength: 1, maxLength: 5 }), (ranges) => {
        const text = `bytes=${ranges.map((range) => format(range)).join(",")}`;
        const resolved = parseByteRanges(text)!
          .map((range) => resolve(range, length))
          .filter(({ start, end }) => start <= end);
        const expected = rangeParser(length, text);
        expect(resolved).toEqual(typeof expected === "number" ? [] : Array.from(expected));
      }),
    );
  });
});
