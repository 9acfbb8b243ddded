import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { combineFieldLines, splitFieldList } from "./field-list.ts";
import { quote } from "./field-syntax.ts";

describe("splitFieldList", () => {
  it.each<[string, readonly string[]]>([
    ["", []],
    [" , ,\t,", []],
    ["a", ["a"]],
    ["a, b ,c", ["a", "b", "c"]],
    [",a,,b,", ["a", "b"]],
    ['a;x="1,2", b', ['a;x="1,2"', "b"]],
    [String.raw`"\",", b`, [String.raw`"\","`, "b"]],
    ['"a, b', ['"a, b']],
    ["a b, c", ["a b", "c"]],
  ])("splits %j", (text, elements) => {
    expect(splitFieldList(text)).toEqual(elements);
  });

  it("finds the elements again, whatever stands between them", () => {
    const token = fc.stringMatching(/^[a-z*]{1,4}$/);
    const quoted = fc.string({ unit: fc.constantFrom("a", ",", '"', "\\", " ") }).map((text) => quote(text));
    const separator = fc.stringMatching(/^[ \t]{0,2},[ \t,]{0,3}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.oneof(token, quoted), separator)), (elements) => {
        expect(splitFieldList(elements.flat().join(""))).toEqual(elements.map(([element]) => element));
      }),
    );
  });
});

describe("combineFieldLines", () => {
  it("joins lines, and has nothing for none", () => {
    expect(combineFieldLines([])).toBeUndefined();
    expect(combineFieldLines(["a"])).toBe("a");
    expect(combineFieldLines(["a, b", "c"])).toBe("a, b, c");
    expect(combineFieldLines([""])).toBe("");
  });

  it("keeps the elements and their order", () => {
    const line = fc.array(fc.stringMatching(/^[a-z]{1,4}$/));
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const combined = combineFieldLines(lines.map((elements) => elements.join(","))) ?? "";
        expect(splitFieldList(combined)).toEqual(lines.flat());
      }),
    );
  });
});
