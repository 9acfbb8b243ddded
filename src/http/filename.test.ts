import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asciiFilename, safeFilename } from "./filename.ts";

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom(
      "a",
      ".",
      "/",
      "\\",
      " ",
      "\r",
      "\n",
      "\u0000",
      "\u0085",
      "\u202e",
      "\u2066",
      "\ud800",
      "\udc00",
    ),
  }),
  fc.string({
    unit: fc.constantFrom(
      "\uff0f",
      "\uff3c",
      "\uff05",
      "\ufe6a",
      "\u2025",
      "\u2100",
      "4",
      "1",
      "日",
      "é",
      ".",
      "%",
    ),
  }),
);

describe("safeFilename", () => {
  it.each([
    ["report.pdf", "report.pdf"],
    ["/etc/passwd", "passwd"],
    [String.raw`C:\Users\me\report.pdf`, "report.pdf"],
    ["../../a", "a"],
    ["dir/", "dir"],
    ["a\r\nb\u0000c\u0085d", "abcd"],
    ["evil\u202Etxt.exe", "eviltxt.exe"],
    ["\u200e\u200f\u2066a\u2069", "a"],
    ["a\ud800b", "a\ufffdb"],
    ["😀.txt", "😀.txt"],
    ["日本.pdf", "日本.pdf"],
    [".bashrc", ".bashrc"],
    ["a b", "a b"],
    ["", "download"],
    ["/", "download"],
    [".", "download"],
    ["a/..", "download"],
    [". .", "download"],
    ["\r\n", "download"],
    ["/\u202e", "download"],
  ])("makes of %j %j", (name, safe) => {
    expect(safeFilename(name)).toBe(safe);
  });

  it("leaves nothing unsafe, and what is safe as it is", () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const safe = safeFilename(name);
        expect(safe).not.toMatch(/[/\\\p{Cc}\p{Surrogate}\u202A-\u202E\u2066-\u2069\u200E\u200F]|^[\s.]*$/u);
        expect(safeFilename(safe)).toBe(safe);
      }),
    );
  });
});

describe("asciiFilename", () => {
  it.each([
    ["report.pdf", "report.pdf"],
    ['it\'s (1) "x".pdf', 'it\'s (1) "x".pdf'],
    ["naïve café.txt", "naive cafe.txt"],
    ["nai\u0308ve.txt", "naive.txt"],
    ["Straße – Øre €5.txt", "Strasse - Ore EUR5.txt"],
    ["“quoted”.txt", "'quoted'.txt"],
    ["日本語.pdf", "download.pdf"],
    ["한글.pdf", "download.pdf"],
    ["日本語", "download"],
    [".日本", "download"],
    ["файл.текст", "download"],
    ["日本 report.pdf", "_ report.pdf"],
    ["😀a.txt", "_a.txt"],
    ["100%41.txt", "100_41.txt"],
    ["100%.txt", "100%.txt"],
    ["％41.txt", "_41.txt"],
    ["a／b.txt", "a_b.txt"],
    ["‥", "download"],
    ["___.txt", "___.txt"],
    ["\ufffd", "download"],
  ])("makes of %j %j", (name, ascii) => {
    expect(asciiFilename(name)).toBe(ascii);
  });

  it("is printable ASCII, safe, and without escapes", () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const ascii = asciiFilename(safeFilename(name));
        expect(ascii).toMatch(/^[\x20-\x7e]+$/);
        expect(ascii).not.toMatch(/[/\\]|%[0-9A-Fa-f]{2}/);
        expect(safeFilename(ascii)).toBe(ascii);
      }),
    );
  });
});
