import { describe, expect, it } from "vitest";
import { selectingFields, selectRepresentation } from "./select-representation.ts";

const IDENTITY = { contentCoding: undefined };
const VARIANTS = [{ contentCoding: "br" }, { contentCoding: "gzip" }, IDENTITY];

function selected(acceptEncoding: string | undefined): (string | undefined)[] {
  return selectRepresentation(VARIANTS, { "accept-encoding": acceptEncoding }).map(
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

describe("selectingFields", () => {
  it("names the field for every variant as soon as there are two", () => {
    expect(selectingFields(VARIANTS)).toBe("Accept-Encoding");
    expect(selectingFields([IDENTITY])).toBeUndefined();
    expect(selectingFields([{ contentCoding: "dcb", dictionaryHash: "x" }, IDENTITY])).toBe(
      "Accept-Encoding, Available-Dictionary",
    );
  });
});
