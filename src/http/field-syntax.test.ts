import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isToken,
  parseParameter,
  quote,
  splitOutsideQuotes,
  trimOptionalWhitespace,
  unquote,
} from "./field-syntax.ts";

const quotable = fc.string({
  unit: fc.constantFrom("a", " ", "\t", '"', "\\", ",", ";", "=", "é", "\u00ff"),
});

describe("trimOptionalWhitespace", () => {
  it("takes spaces and tabs away, and no other white space", () => {
    expect(trimOptionalWhitespace(" \t a b \t")).toBe("a b");
    expect(trimOptionalWhitespace("\u00a0a\n")).toBe("\u00a0a\n");
    expect(trimOptionalWhitespace(" \t ")).toBe("");
  });

  it("leaves nothing to trim, and takes nothing else", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(" ", "\t", "a", "\n") }), (text) => {
        expect(trimOptionalWhitespace(text)).toBe(text.replaceAll(/^[ \t]+|[ \t]+$/g, ""));
      }),
    );
  });
});

describe("isToken", () => {
  it.each(["gzip", "x-gzip", "*", "!#$%&'*+-.^_`|~09AZaz"])("takes %j", (text) => {
    expect(isToken(text)).toBe(true);
  });

  it.each(["", " gzip", "a b", "a/b", 'a"', "a,b", "a;b", "é", "a\n"])("refuses %j", (text) => {
    expect(isToken(text)).toBe(false);
  });
});

describe("splitOutsideQuotes", () => {
  it.each<[string, readonly string[]]>([
    ["", [""]],
    ["a,b", ["a", "b"]],
    [",,", ["", "", ""]],
    ['a="1,2",b', ['a="1,2"', "b"]],
    [String.raw`"\",",b`, [String.raw`"\","`, "b"]],
    [String.raw`"\\",b`, [String.raw`"\\"`, "b"]],
    ['"a,b', ['"a,b']],
    [String.raw`\",b"`, [String.raw`\",b"`]],
  ])("splits %j", (text, pieces) => {
    expect(splitOutsideQuotes(text, ",")).toEqual(pieces);
  });

  it("loses nothing", () => {
    fc.assert(
      fc.property(quotable, (text) => {
        expect(splitOutsideQuotes(text, ";").join(";")).toBe(text);
      }),
    );
  });

  it("never cuts a quoted-string", () => {
    fc.assert(
      fc.property(fc.array(quotable, { minLength: 1 }), (texts) => {
        const quoted = texts.map((text) => quote(text));
        expect(splitOutsideQuotes(quoted.join(","), ",")).toEqual(quoted);
      }),
    );
  });
});

describe("unquote", () => {
  it.each([
    ['""', ""],
    ['"a b"', "a b"],
    [String.raw`"\"\\\a"`, String.raw`"\a`],
    ['"\té\u00ff"', "\té\u00ff"],
  ])("reads %j", (text, value) => {
    expect(unquote(text)).toBe(value);
  });

  it.each([
    "",
    '"',
    "a",
    '"a',
    'a"',
    '"a"b"',
    String.raw`"a\"`,
    '"\n"',
    '"\\\n"',
    '"\u0000"',
    '"\u007f"',
    ' "a"',
  ])("refuses %j", (text) => {
    expect(unquote(text)).toBeUndefined();
  });

  it("undoes quote", () => {
    fc.assert(
      fc.property(quotable, (text) => {
        expect(unquote(quote(text))).toBe(text);
      }),
    );
  });
});

describe("parseParameter", () => {
  it.each([
    ["a=b", ["a", "b"]],
    ["A=B", ["a", "B"]],
    ['a="b c"', ["a", "b c"]],
    ["a = b", ["a", "b"]],
    ['a=""', ["a", ""]],
    ['a="="', ["a", "="]],
  ])("reads %j", (text, parameter) => {
    expect(parseParameter(text)).toEqual(parameter);
  });

  it.each(["", "a", "a=", "=b", "a=b c", "a=b=c", 'a="b', "a b=c", 'a="b"c'])("refuses %j", (text) => {
    expect(parseParameter(text)).toBeUndefined();
  });
});
