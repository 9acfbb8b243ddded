import oracle from "content-disposition";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatContentDisposition } from "./content-disposition.ts";
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

  it("is read back by content-disposition as the safe name", () => {
    fc.assert(
      fc.property(type, filename, (type, name) => {
        const text = formatContentDisposition(type, name);
        expect(oracle.parse(text)).toEqual({ type, parameters: { filename: safeFilename(name) } });
      }),
    );
  });
});
