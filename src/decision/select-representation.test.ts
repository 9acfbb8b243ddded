import { describe, expect, it } from "vitest";
import type { RequestFields } from "../http/request-fields.ts";
import { isNamed, namedTags, selectingFields, selectRepresentation } from "./select-representation.ts";

const IDENTITY = { contentCoding: undefined };
const VARIANTS = [{ contentCoding: "br" }, { contentCoding: "gzip" }, IDENTITY];

function selected(acceptEncoding: string | undefined): (string | undefined)[] {
  return selectRepresentation(VARIANTS, { method: "GET", fields: { "accept-encoding": acceptEncoding } }).map(
    (each) => each.contentCoding,
  );
}

describe("selectRepresentation", () => {
  it.each([
    ["gzip, br", ["br", "gzip", undefined]],
    ["gzip;q=1, br;q=0.5", ["gzip", "br", undefined]],
    ["GZIP", ["gzip", undefined]],
    ["gzip;q=0.2, identity;q=1", [undefined, "gzip"]],
    ["gzip;q=0", [undefined]],
    ["identity;q=0, gzip", ["gzip"]],
    ["*;q=0", []],
    ["*", ["br", "gzip", undefined]],
    ["", [undefined]],
    [undefined, [undefined]],
    ["deflate", [undefined]],
  ])("%s → %j", (field, expected) => {
    expect(selected(field)).toEqual(expected);
  });
});

describe("selectRepresentation of a request with a Range", () => {
  const select = (method: string, fields: RequestFields): (string | undefined)[] =>
    selectRepresentation(VARIANTS, { method, fields }).map((each) => each.contentCoding);

  it("prefers the file itself wherever that is accepted", () => {
    const range = "bytes=0-9";
    expect(select("GET", { "accept-encoding": "gzip, br", range })).toEqual([undefined, "br", "gzip"]);
    expect(select("GET", { "accept-encoding": "gzip, identity;q=0.1", range })).toEqual([undefined, "gzip"]);
    expect(select("GET", { "accept-encoding": "gzip, identity;q=0", range })).toEqual(["gzip"]);
    expect(select("GET", { "accept-encoding": "*;q=0", range })).toEqual([]);
  });

  it("is as without one where the Range is ignored", () => {
    const accepted = { "accept-encoding": "gzip" };
    expect(select("HEAD", { ...accepted, range: "bytes=0-9" })).toEqual(["gzip", undefined]);
    for (const range of ["items=0-9", "bytes=9-0", "", `bytes=${"0-0,".repeat(65)}`]) {
      expect(select("GET", { ...accepted, range })).toEqual(["gzip", undefined]);
    }
  });
});

describe("namedTags", () => {
  const named = (fields: RequestFields, method = "GET"): string[] =>
    namedTags({ method, fields }).map(({ opaque }) => opaque);
  const range = "bytes=0-9";

  it("are that of If-Range, or those of If-Match, of a request with a range", () => {
    expect(named({ range, "if-range": '"a"' })).toEqual(["a"]);
    expect(named({ range, "if-match": '"a", "b"' })).toEqual(["a", "b"]);
    expect(named({ range, "if-range": '"a"', "if-match": '"b"' })).toEqual(["a"]);
    expect(named({ range, "if-match": "*" })).toEqual([]);
    expect(named({ range, "if-range": "Sun, 10 Mar 2024 10:00:00 GMT", "if-match": '"b"' })).toEqual([]);
    expect(named({ range })).toEqual([]);
    expect(named({ "if-range": '"a"' })).toEqual([]);
    expect(named({ range, "if-range": '"a"' }, "HEAD")).toEqual([]);
  });

  it("are those of a variant that has one of them, both strong", () => {
    const tags = namedTags({ method: "GET", fields: { range, "if-match": '"a", W/"b"' } });
    const isOf = (opaque: string, weak = false): boolean =>
      isNamed(tags, { entityTag: { opaque, weak }, lastModified: undefined });
    expect([isOf("a"), isOf("a", true), isOf("b"), isOf("b", true), isOf("c")]).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(isNamed(tags, { entityTag: undefined, lastModified: 0 })).toBe(false);
  });
});

describe("selectingFields", () => {
  it("names the field for every variant as soon as there are two", () => {
    expect(selectingFields(VARIANTS)).toBe("Accept-Encoding");
    expect(selectingFields([IDENTITY])).toBeUndefined();
    expect(selectingFields([{ contentCoding: "dcb", dictionaryHash: "x" }, IDENTITY])).toBe(
      "Accept-Encoding, Available-Dictionary",
    );
  });
});
