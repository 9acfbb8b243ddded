import oracle from "content-disposition";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatContentDisposition, parseContentDisposition } from "./content-disposition.ts";
import { safeFilename } from "./filename.ts";

const filename = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "binary-ascii" }),
  fc.string({
    unit: fc.constantFrom(
      "a",
      "é",
      "日",
      "😀",
      '"',
      "\\",
      "/",
      "%",
      "4",
      "1",
      "'",
      "(",
      "*",
      ";",
      "=",
      ".",
      "\n",
      "\ud800",
    ),
  }),
);
const type = fc.constantFrom("inline" as const, "attachment" as const);

describe("formatContentDisposition", () => {
  it.each<[string | undefined, string]>([
    [undefined, "attachment"],
    ["report.pdf", 'attachment; filename="report.pdf"'],
    ["a b;c.pdf", 'attachment; filename="a b;c.pdf"'],
    ['say "hi".txt', String.raw`attachment; filename="say \"hi\".txt"`],
    ["naïve.txt", `attachment; filename="naive.txt"; filename*=UTF-8''na%C3%AFve.txt`],
    ["日本語.pdf", `attachment; filename="download.pdf"; filename*=UTF-8''%E6%97%A5%E6%9C%AC%E8%AA%9E.pdf`],
    ["100%41.txt", `attachment; filename="100_41.txt"; filename*=UTF-8''100%2541.txt`],
    ["é'(1)*.txt", `attachment; filename="e'(1)*.txt"; filename*=UTF-8''%C3%A9%27%281%29%2A.txt`],
    ["../../etc/passwd", 'attachment; filename="passwd"'],
    [String.raw`C:\a.txt`, 'attachment; filename="a.txt"'],
    ["a\r\nSet-Cookie: b=c", 'attachment; filename="aSet-Cookie: b=c"'],
    ["a\u202Etxt.exe", 'attachment; filename="atxt.exe"'],
    ["\ud800", `attachment; filename="download"; filename*=UTF-8''%EF%BF%BD`],
    ["", 'attachment; filename="download"'],
  ])("of %j is %j", (name, text) => {
    expect(formatContentDisposition("attachment", name)).toBe(text);
  });

  it("knows the other type", () => {
    expect(formatContentDisposition("inline")).toBe("inline");
    expect(formatContentDisposition("inline", "a")).toBe('inline; filename="a"');
  });

  it("is printable ASCII", () => {
    fc.assert(
      fc.property(type, filename, (type, name) => {
        expect(formatContentDisposition(type, name)).toMatch(/^[\x20-\x7e]+$/);
      }),
    );
  });

  it("is read back, by us and by content-disposition, as the safe name", () => {
    fc.assert(
      fc.property(type, filename, (type, name) => {
        const text = formatContentDisposition(type, name);
        const ours = parseContentDisposition(text);
        expect(ours?.type).toBe(type);
        expect(ours?.parameters.get("filename")).toBe(safeFilename(name));
        expect(oracle.parse(text)).toEqual({ type, parameters: { filename: safeFilename(name) } });
      }),
    );
  });
});

describe("parseContentDisposition", () => {
  it.each<[string, string, Readonly<Record<string, string>>]>([
    ["attachment", "attachment", {}],
    [" Inline ", "inline", {}],
    ["attachment;", "attachment", {}],
    ["attachment; filename=a.txt", "attachment", { filename: "a.txt" }],
    ['attachment;FILENAME = "a;b.txt" ; x=y', "attachment", { filename: "a;b.txt", x: "y" }],
    [String.raw`attachment; filename="a\"b\\c"`, "attachment", { filename: String.raw`a"b\c` }],
    ["attachment; filename=\"a\"; filename*=UTF-8''%E2%82%AC", "attachment", { filename: "€" }],
    ["attachment; filename*=UTF-8''%E2%82%AC; filename=a", "attachment", { filename: "€" }],
    ["attachment; filename*=iso-8859-1'en'%A3", "attachment", { filename: "£" }],
    ["attachment; filename=a; filename*=UTF-8''%FF", "attachment", { filename: "a" }],
    ["attachment; filename=a; filename*=KOI8-R''%FF", "attachment", { filename: "a" }],
    ["attachment; filename*=UTF-8''%FF", "attachment", {}],
  ])("reads %j", (text, type, parameters) => {
    const parsed = parseContentDisposition(text);
    expect(parsed?.type).toBe(type);
    expect(Object.fromEntries(parsed?.parameters ?? [])).toEqual(parameters);
  });

  it.each([
    "",
    ";",
    "filename=a",
    '"attachment"',
    "a b",
    "attachment, inline",
    "attachment; filename",
    "attachment; filename=",
    'attachment; filename="a',
    "attachment; filename=a b",
    "attachment; filename=a; filename=b",
    "attachment; filename=a; FileName=b",
    "attachment; filename=é",
    "attachment; filename=a, attachment",
  ])("refuses %j", (text) => {
    expect(parseContentDisposition(text)).toBeUndefined();
  });

  it("reads what content-disposition writes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (name) => {
        const text = oracle(`a${name}`);
        const expected = oracle.parse(text);
        expect(Object.fromEntries(parseContentDisposition(text)?.parameters ?? [])).toEqual(
          expected.parameters,
        );
      }),
    );
  });
});
