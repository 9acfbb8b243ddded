import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatExtendedValue, parseExtendedValue } from "./extended-value.ts";

describe("formatExtendedValue", () => {
  it("escapes all but attr-char", () => {
    expect(formatExtendedValue("naïve €.txt")).toBe("UTF-8''na%C3%AFve%20%E2%82%AC.txt");
    expect(formatExtendedValue("'()*")).toBe("UTF-8''%27%28%29%2A");
    expect(formatExtendedValue("!~-_.")).toBe("UTF-8''!~-_.");
  });

  it("writes nothing but ext-value", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(formatExtendedValue(text)).toMatch(/^UTF-8''(?:[A-Za-z0-9!#$&+\-.^_`|~]|%[0-9A-F]{2})*$/);
      }),
    );
  });
});

describe("parseExtendedValue", () => {
  it.each([
    ["UTF-8''%e2%82%ac%20rates", "€ rates"],
    ["utf-8'en-GB'%C2%A3%20rates", "£ rates"],
    ["iso-8859-1'en'%A3%20rates", "£ rates"],
    ["UTF-8''", ""],
  ])("reads %j", (text, value) => {
    expect(parseExtendedValue(text)).toBe(value);
  });

  it.each([
    "",
    "a",
    "UTF-8'a",
    "''a",
    "UTF-16''a",
    "UTF-8''%E9",
    "UTF-8''%C0%AF",
    "UTF-8''%ED%A0%80",
    "UTF-8''%",
    "UTF-8''%4",
    "UTF-8''%zz",
    "UTF-8''a b",
    "UTF-8''a'b",
    "UTF-8''é",
  ])("refuses %j", (text) => {
    expect(parseExtendedValue(text)).toBeUndefined();
  });

  it("undoes formatExtendedValue", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(parseExtendedValue(formatExtendedValue(text))).toBe(text);
      }),
    );
  });
});
