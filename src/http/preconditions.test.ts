import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePreconditions } from "./preconditions.ts";

const NOW = Date.UTC(2026, 0, 1);
const DATE = "Wed, 01 Jan 2020 00:00:00 GMT";
const SECONDS = 1_577_836_800;

describe("parsePreconditions", () => {
  it("reads nothing where nothing was sent", () => {
    expect(Object.values(parsePreconditions({}, NOW)).every((value) => value === undefined)).toBe(true);
  });

  it("takes a malformed list for one that names nothing, and a malformed date for none", () => {
    const malformed = parsePreconditions({ "if-none-match": "v1", "if-modified-since": "soon" }, NOW);
    expect(malformed.ifNoneMatch).toEqual([]);
    expect(malformed.ifModifiedSince).toBeUndefined();
  });

  it("tells the three forms of If-Range", () => {
    const read = (value: string): unknown => parsePreconditions({ "if-range": value }, NOW).ifRange;
    expect(read('"v1"')).toEqual({ kind: "entity-tag", entityTag: { opaque: "v1", weak: false } });
    expect(read(DATE)).toEqual({ kind: "date", date: SECONDS });
    expect(read('"a", "b"')).toEqual({ kind: "invalid" });
  });

  it("reads a length only where the syntax has one, and only after If-Modified-Since", () => {
    const fields = {
      "if-modified-since": `${DATE}; length=0100`,
      "if-unmodified-since": `${DATE}; length=100`,
    };
    expect(parsePreconditions(fields, NOW).ifModifiedSince).toBeUndefined();
    const read = parsePreconditions(fields, NOW, { lengthParameter: true });
    expect(read.ifModifiedSince).toEqual({ date: SECONDS, length: 100n });
    expect(read.ifUnmodifiedSince).toBeUndefined();
  });

  it.each(["; length=", ";length=1", "; length=1x", "; size=1", "; length=1; length=1", "; length=-1"])(
    "takes %j after a date for no date",
    (suffix) => {
      const fields = { "if-modified-since": DATE + suffix };
      expect(parsePreconditions(fields, NOW, { lengthParameter: true }).ifModifiedSince).toBeUndefined();
    },
  );

  it("never throws", () => {
    const text = fc.oneof(fc.string(), fc.constantFrom(DATE, '"a"', "*"), fc.string({ unit: "binary" }));
    const names = [
      "if-match",
      "if-none-match",
      "if-modified-since",
      "if-unmodified-since",
      "if-range",
    ] as const;
    const records = fc.record(Object.fromEntries(names.map((name) => [name, text])), { requiredKeys: [] });
    fc.assert(
      fc.property(records, (fields) => {
        parsePreconditions(fields, NOW, { lengthParameter: true });
      }),
    );
  });
});
