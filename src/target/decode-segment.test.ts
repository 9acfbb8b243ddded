import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeSegment } from "./decode-segment.ts";

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeBytes(bytes: readonly number[]): string | undefined {
  try {
    return strictUtf8.decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

function escape(bytes: readonly number[]): string {
  return bytes.map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
}

describe("decodeSegment", () => {
  test.each([
    ["", ""],
    ["plain.txt", "plain.txt"],
    ["sp%20ace.txt", "sp ace.txt"],
    ["a%25b.txt", "a%b.txt"],
    ["%252e%252e", "%2e%2e"],
    ["%23%3F", "#?"],
    ["%c3%A9", "é"],
    ["\u00C3\u00A9", "é"],
    ["%C3\u00A9", "é"],
    ["\u00F0\u009F\u0098\u0080", "😀"],
    ["e%CC%81", "e\u0301"],
    ["%EF%BB%BFa", "\uFEFFa"],
    ["%EF%BF%BF", "\uFFFF"],
    ["%F4%8F%BF%BF", "\u{10FFFF}"],
  ])("%j is %j", (raw, expected) => {
    expect(decodeSegment(raw)).toBe(expected);
  });

  test.each([
    ["an escape cut short", "%"],
    ["an escape cut short", "a%2"],
    ["an escape that is not hexadecimal", "%zz"],
    ["an escape that is not hexadecimal", "%2g"],
    ["an escape in the manner of JavaScript", "%u002e"],
    ["a sign where a digit should be", "%+1"],
    ["an overlong dot", "%C0%AE"],
    ["an overlong slash", "%C0%AF"],
    ["an overlong slash of 3 bytes", "%E0%80%AF"],
    ["an overlong slash of 4 bytes", "%F0%80%80%AF"],
    ["an overlong NUL", "%C0%80"],
    ["a high surrogate", "%ED%A0%80"],
    ["a pair of surrogates (CESU-8)", "%ED%A0%BD%ED%B8%80"],
    ["above U+10FFFF", "%F4%90%80%80"],
    ["a byte that UTF-8 has no use for", "%FF"],
    ["5 bytes", "%F8%88%80%80%80"],
    ["a continuation alone", "%80"],
    ["a sequence cut short", "%E2%82"],
    ["a sequence broken off", "%E2a"],
    ["Latin-1 sent raw", "caf\u00E9"],
    ["Latin-1 escaped", "caf%E9"],
  ])("refuses %s: %s", (_, raw) => {
    expect(decodeSegment(raw)).toBeUndefined();
  });

  test("every sequence of 1 and 2 bytes, and the edges of those of 3, read as a strict decoder reads them", () => {
    const differing: string[] = [];
    const compare = (bytes: readonly number[]): void => {
      if (decodeSegment(escape(bytes)) !== decodeBytes(bytes)) differing.push(escape(bytes));
    };
    const edges = [0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0];
    for (let first = 0; first <= 0xff; first += 1) {
      compare([first]);
      for (let second = 0; second <= 0xff; second += 1) compare([first, second]);
      for (const second of edges) for (const third of edges) compare([first, second, third]);
    }
    expect(differing).toEqual([]);
  });

  test("any bytes, each raw or escaped, read as a strict decoder reads them", () => {
    const byte = fc.oneof(
      fc.integer({ min: 0, max: 0xff }),
      fc.constantFrom(0x80, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5),
    );
    const bytes = fc.oneof(
      fc.array(byte, { maxLength: 8 }),
      fc.string({ unit: "binary" }).map((text) => [...new TextEncoder().encode(text)]),
    );
    fc.assert(
      fc.property(bytes, fc.infiniteStream(fc.boolean()), (bytes, raw) => {
        const segment = bytes.map((byte) => {
          const isRaw = raw.next().value && byte !== 0x25;
          return isRaw ? String.fromCharCode(byte) : escape([byte]);
        });
        expect(decodeSegment(segment.join(""))).toBe(decodeBytes(bytes));
      }),
      { numRuns: 2000 },
    );
  });
});
