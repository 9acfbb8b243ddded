import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMediaType } from "./media-type.ts";

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const token = fc
  .string({ unit: fc.constantFrom(...Array.from("abzAZ09!#$%&'*+-.^_`|~")), minLength: 1, maxLength: 8 })
  .filter((text) => TOKEN.test(text));
const space = fc.string({ unit: fc.constantFrom(" ", "\t"), maxLength: 2 });
/** `name=value`, with any text in quotes. */
const parameter = fc.oneof(
  fc.tuple(token, token).map(([name, value]) => `${name}=${value}`),
  fc
    .tuple(token, fc.string({ unit: fc.constantFrom(...Array.from('a,;/= "\\')), maxLength: 8 }))
    .map(([name, value]) => `${name}="${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`),
  fc.constant(""),
);

describe("parseMediaType", () => {
  it.each<[string, string]>([
    ["image/png", "image/png"],
    ["Image/SVG+XML", "image/svg+xml"],
    ["text/plain; charset=utf-8", "text/plain"],
    ["text/plain;charset=utf-8;format=flowed", "text/plain"],
    [" \ttext/plain \t;  charset=UTF-8 ", "text/plain"],
    ["text/plain;", "text/plain"],
    ["text/plain; ;", "text/plain"],
    ['video/mp4; codecs="avc1.42E01E, mp4a.40.2"', "video/mp4"],
    [String.raw`image/png; x="\",text/html;\""`, "image/png"],
    ["application/vnd.api+json", "application/vnd.api+json"],
  ])("%j names %s", (text, name) => {
    const parsed = parseMediaType(text);
    expect(parsed && `${parsed.type}/${parsed.subtype}`).toBe(name);
  });

  it.each([
    "",
    " ",
    "image",
    "image/",
    "/png",
    "image/png/x",
    "image /png",
    "image/ png",
    "image/png text/html",
    "image/png\ttext/html",
    // Chromium shows these four as pages.
    "image/png, text/html",
    "image/png,text/html",
    "image/png;x=1, text/html",
    "image/png;x='a,text/html",
    'image/png;x="a,text/html',
    'image/png;x="a"b',
    "image/png;x",
    "image/png;=x",
    "image/png;x=",
    "image/png\r\nX-A: b",
    "image/\u0000png",
    "imagé/png",
    "ımage/png",
    "image/pnɡ",
    "text/plain;charset=é",
  ])("%j names nothing", (text) => {
    expect(parseMediaType(text)).toBeUndefined();
  });

  it("names the same in any case, with any parameters and spaces between them", () => {
    fc.assert(
      fc.property(
        token,
        token,
        fc.array(fc.tuple(space, space, parameter)),
        space,
        (type, subtype, parameters, end) => {
          const rest = parameters.map(([before, after, text]) => `${before};${after}${text}`).join("");
          expect(parseMediaType(`${end}${type}/${subtype}${rest}${end}`)).toEqual({
            type: type.toLowerCase(),
            subtype: subtype.toLowerCase(),
          });
        },
      ),
    );
  });

  it("names tokens, or nothing", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from('aB1/;,="\\ \t\n+*é')), maxLength: 12 }),
        (text) => {
          const parsed = parseMediaType(text);
          if (parsed === undefined) return;
          expect(parsed.type).toMatch(TOKEN);
          expect(parsed.subtype).toMatch(TOKEN);
        },
      ),
    );
  });
});
