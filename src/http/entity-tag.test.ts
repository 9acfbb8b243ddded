import * as fc from "fast-check";
// @ts-expect-error It brings no types.
import untypedFresh from "fresh";
import { describe, expect, it } from "vitest";
import {
  type EntityTag,
  formatEntityTag,
  parseEntityTag,
  parseEntityTagList,
  stronglyEqual,
  weaklyEqual,
} from "./entity-tag.ts";

type Fields = Readonly<Record<string, string>>;
const fresh: (requestFields: Fields, responseFields: Fields) => boolean = untypedFresh;

const strong = (opaque: string): EntityTag => ({ opaque, weak: false });
const weak = (opaque: string): EntityTag => ({ opaque, weak: true });

const isOpaque = (code: number): boolean => code === 0x21 || (code >= 0x23 && code !== 0x7f);
const etagc = fc
  .integer({ min: 0x21, max: 0xff })
  .filter((code) => isOpaque(code))
  .map((code) => String.fromCharCode(code));
const entityTag: fc.Arbitrary<EntityTag> = fc.record({
  opaque: fc.string({ unit: etagc }),
  weak: fc.boolean(),
});
const fewTags: fc.Arbitrary<EntityTag> = fc.record({
  opaque: fc.constantFrom("", "1", "2", "W/", "*"),
  weak: fc.boolean(),
});
const optionalWhitespace = fc.string({ unit: fc.constantFrom(" ", "\t"), maxLength: 2 });
const anything = fc.string({
  unit: fc.constantFrom('"', "W", "w", "/", ",", " ", "\t", "*", "a", "\u00e9", "\\"),
});

describe("parseEntityTag", () => {
  it.each([
    ['"v1"', strong("v1")],
    ['W/"v1"', weak("v1")],
    [' \t"v1" ', strong("v1")],
    ['""', strong("")],
    ['"a,b"', strong("a,b")],
    [String.raw`"a\"`, strong("a\\")],
    ['"*"', strong("*")],
    ['"W/"', strong("W/")],
    ['"!#~\u0080\u00ff"', strong("!#~\u0080\u00ff")],
  ])("reads %j", (text, tag) => {
    expect(parseEntityTag(text)).toEqual(tag);
  });

  it.each([
    "",
    "v1",
    '"v1',
    'v1"',
    'w/"v1"',
    'W"v1"',
    'W /"v1"',
    'W/ "v1"',
    '"a b"',
    '"a"b"',
    '"a", "b"',
    "*",
    "'v1'",
    '"\u0000"',
    '"\n"',
    '"\u007f"',
    '"\u0100"',
    '"v1"\n',
  ])("refuses %j", (text) => {
    expect(parseEntityTag(text)).toBeUndefined();
  });

  it("undoes formatEntityTag", () => {
    fc.assert(
      fc.property(entityTag, optionalWhitespace, (tag, space) => {
        expect(parseEntityTag(space + formatEntityTag(tag) + space)).toEqual(tag);
      }),
    );
  });

  it("reads only what formatEntityTag would write", () => {
    fc.assert(
      fc.property(anything, (text) => {
        const tag = parseEntityTag(text);
        const written = tag === undefined ? undefined : formatEntityTag(tag);
        expect([undefined, text.replaceAll(/^[ \t]+|[ \t]+$/g, "")]).toContain(written);
      }),
    );
  });
});

describe("parseEntityTagList", () => {
  it.each<[string, readonly EntityTag[] | "*"]>([
    ['"v1"', [strong("v1")]],
    ['"v1", W/"v2"', [strong("v1"), weak("v2")]],
    ['"v1","v2"', [strong("v1"), strong("v2")]],
    ['"a,b" ,\t"c"', [strong("a,b"), strong("c")]],
    [', ,"v1",, "v2" , ', [strong("v1"), strong("v2")]],
    ['"v1", "v1"', [strong("v1"), strong("v1")]],
    ["*", "*"],
    [" * ", "*"],
    ['"*"', [strong("*")]],
    ["", []],
    [" ", []],
    [",, ,", []],
  ])("reads %j", (text, tags) => {
    expect(parseEntityTagList(text)).toEqual(tags);
  });

  it.each([
    "v1",
    '"v1',
    '"v1" "v2"',
    '"v1""v2"',
    '"v1";"v2"',
    '*, "x"',
    '"x", *',
    "*,",
    "**",
    'w/"a"',
    '"a", w/"b"',
    '"a", b',
    '"a", "b',
    '"a b"',
    '"a"\n,"b"',
  ])("refuses %j", (text) => {
    expect(parseEntityTagList(text)).toBeUndefined();
  });

  it("reads any list that the grammar allows", () => {
    const separator = fc.tuple(optionalWhitespace, optionalWhitespace, fc.boolean());
    fc.assert(
      fc.property(fc.array(fc.tuple(entityTag, separator)), (elements) => {
        const text = elements
          .map(
            ([tag, [before, after, twice]]) =>
              `${before}${twice ? ",," : ","}${after}${formatEntityTag(tag)}`,
          )
          .join("");
        expect(parseEntityTagList(text)).toEqual(elements.map(([tag]) => tag));
      }),
    );
  });

  it("agrees with parseEntityTag on lists of one", () => {
    fc.assert(
      fc.property(anything, (text) => {
        const tag = parseEntityTag(text);
        const list = parseEntityTagList(text);
        const hasEmptyElements = /^[ \t]*,|,[ \t]*$/.test(text);
        expect(tag).toEqual(list !== "*" && list?.length === 1 && !hasEmptyElements ? list[0] : undefined);
      }),
    );
  });

  it("finds the matches that fresh finds", () => {
    fc.assert(
      fc.property(fc.array(fewTags, { minLength: 1, maxLength: 4 }), fewTags, (tags, current) => {
        const ifNoneMatch = tags.map((tag) => formatEntityTag(tag)).join(", ");
        const parsed = parseEntityTagList(ifNoneMatch);
        const matches = parsed !== "*" && parsed?.some((tag) => weaklyEqual(tag, current));
        expect(matches).toBe(fresh({ "if-none-match": ifNoneMatch }, { etag: formatEntityTag(current) }));
      }),
    );
  });
});

describe("comparison", () => {
  // The table of RFC 9110 §8.8.3.2.
  it.each([
    [weak("1"), weak("1"), false, true],
    [weak("1"), weak("2"), false, false],
    [weak("1"), strong("1"), false, true],
    [strong("1"), strong("1"), true, true],
    [strong("1"), strong("2"), false, false],
  ])("of %j and %j", (a, b, strongly, weakly) => {
    expect(stronglyEqual(a, b)).toBe(strongly);
    expect(stronglyEqual(b, a)).toBe(strongly);
    expect(weaklyEqual(a, b)).toBe(weakly);
    expect(weaklyEqual(b, a)).toBe(weakly);
  });

  it("is weaker where it is weak", () => {
    fc.assert(
      fc.property(fewTags, fewTags, (a, b) => {
        expect(stronglyEqual(a, b)).toBe(weaklyEqual(a, b) && !a.weak && !b.weak);
      }),
    );
  });
});
