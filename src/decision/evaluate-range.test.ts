import { describe, expect, it } from "vitest";
import { evaluateRange } from "./evaluate-range.ts";
import { multipartLength } from "./multipart.ts";
import type { Representation } from "./representation.ts";

const NOW = Date.UTC(2026, 0, 1);

function ofLength(length: number, rest: Partial<Representation> = {}): Representation {
  const validators = { entityTag: undefined, lastModified: NOW / 1000 - 100 };
  return {
    contentCoding: undefined,
    mediaType: "text/plain",
    acceptRanges: true,
    validators,
    length,
    ...rest,
  };
}

const evaluate = (range: string, selected: Representation): ReturnType<typeof evaluateRange> =>
  evaluateRange(range, undefined, selected, NOW);

describe("evaluateRange", () => {
  it("joins parts fewer than 80 bytes apart, and leaves those that are not", () => {
    const file = ofLength(10_000);
    expect(evaluate("bytes=0-9,89-99", file)).toEqual({
      kind: "satisfiable",
      ranges: [{ firstPos: 0, lastPos: 99 }],
    });
    expect(evaluate("bytes=0-9,90-99", file)).toMatchObject({ ranges: [{ lastPos: 9 }, { firstPos: 90 }] });
  });

  it("keeps the order in which the ranges were asked for, a joined one in the place of its first", () => {
    expect(evaluate("bytes=5000-5009,900-909,0-9,5010-5019", ofLength(10_000))).toMatchObject({
      ranges: [{ firstPos: 5000, lastPos: 5019 }, { firstPos: 900 }, { firstPos: 0 }],
    });
  });

  it("answers 64 ranges and no more", () => {
    const apart = (count: number): string =>
      `bytes=${Array.from({ length: count }, (_, index) => `${index * 1000}-${index * 1000}`).join(",")}`;
    expect(evaluate(apart(64), ofLength(1_000_000))).toMatchObject({ kind: "satisfiable" });
    expect(evaluate(apart(65), ofLength(1_000_000))).toEqual({ kind: "ignored" });
  });

  it("sends the whole where the parts would cost over 4 KiB more", () => {
    const file = ofLength(100_000, { mediaType: "x".repeat(2100) });
    const around = (gap: number): { firstPos: number; lastPos: number }[] => [
      { firstPos: 0, lastPos: 49_999 },
      { firstPos: 50_000 + gap, lastPos: 99_999 },
    ];
    const heads = multipartLength(around(1000), file) - (100_000 - 1000);
    const ask = (gap: number): ReturnType<typeof evaluateRange> =>
      evaluate(`bytes=0-49999,${50_000 + gap}-99999`, file);
    expect(ask(heads - 4096)).toMatchObject({ kind: "satisfiable", ranges: around(heads - 4096) });
    expect(ask(heads - 4097)).toEqual({ kind: "ignored" });
  });

  it("never asks for several parts of a coded content: its envelope has no coding to tell", () => {
    const coded = ofLength(10_000, { contentCoding: "gzip" });
    expect(evaluate("bytes=0-9", coded)).toMatchObject({ kind: "satisfiable" });
    expect(evaluate("bytes=0-9,5000-5009", coded)).toEqual({ kind: "ignored" });
  });

  it("trusts no date that several variants may share", () => {
    const date = NOW / 1000 - 100;
    const ask = (negotiated: boolean): ReturnType<typeof evaluateRange> =>
      evaluateRange("bytes=0-9", { kind: "date", date }, ofLength(100, { negotiated }), NOW);
    expect(ask(false)).toMatchObject({ kind: "satisfiable" });
    expect(ask(true)).toEqual({ kind: "ignored" });
  });

  it("trusts a date only when it is 2 s old", () => {
    const at = (age: number): ReturnType<typeof evaluateRange> => {
      const date = NOW / 1000 - age;
      const selected = ofLength(100, { validators: { entityTag: undefined, lastModified: date } });
      return evaluateRange("bytes=0-9", { kind: "date", date }, selected, NOW);
    };
    expect(at(2)).toMatchObject({ kind: "satisfiable" });
    expect(at(1)).toEqual({ kind: "ignored" });
  });
});
