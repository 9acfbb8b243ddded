import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { htmlPreference, prefersProblemJson } from "./accept.ts";

const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

describe("prefersProblemJson", () => {
  it.each([
    "application/json",
    "application/problem+json",
    "APPLICATION/JSON",
    "application/json, text/plain, */*",
    "application/json;q=0.1",
    "application/json, text/html;q=0.9",
    "application/problem+json;q=0.5, application/json;q=0.9, text/html;q=0.8",
    "application/json;charset=utf-8",
    "application/json;q=0.5, text/*, text/html;q=0.1, text/plain;q=0",
  ])("holds for %j", (accept) => {
    expect(prefersProblemJson(accept)).toBe(true);
  });

  it.each([
    undefined,
    "",
    "*/*",
    "application/*",
    "text/html",
    BROWSER,
    "application/json;q=0",
    "application/problem+json;q=0, */*",
    "application/json;q=0.8, text/html",
    "application/json;q=0.8, text/plain",
    "application/json;q=0.8, text/*",
    "application/json;q=0.8, text/*, text/html;q=0.1",
    "application/jsonp",
    "application/json;q=x",
  ])("doesn't for %j", (accept) => {
    expect(prefersProblemJson(accept)).toBe(false);
  });

  it("never holds without JSON being named", () => {
    const range = fc.constantFrom(
      "text/html",
      "text/plain",
      "text/*",
      "*/*",
      "application/*",
      "application/xml",
    );
    const member = fc.tuple(range, fc.nat(10)).map(([range, tenths]) => `${range};q=${tenths / 10}`);
    fc.assert(
      fc.property(fc.array(member), (members) => {
        expect(prefersProblemJson(members.join(","))).toBe(false);
      }),
    );
  });
});

describe("htmlPreference", () => {
  it.each([
    [BROWSER, "preferred"],
    ["text/html", "preferred"],
    ["TEXT/HTML;q=0.1", "preferred"],
    ["application/xhtml+xml", "preferred"],
    ["text/*;q=0, text/html", "preferred"],
    ["text/vnd.turbo-stream.html, text/html, application/xhtml+xml", "preferred"],
    ["application/xml,application/xhtml+xml,text/html;q=0.9,image/png,*/*;q=0.5", "preferred"],
    [undefined, "accepted"],
    ["", "accepted"],
    [",", "accepted"],
    ["*/*", "accepted"],
    ["*/*;q=0.1", "accepted"],
    ["text/*", "accepted"],
    ["*/*;q=0, text/*", "accepted"],
    ["application/json;q=0, */*", "accepted"],
    ["application/json", "none"],
    ["application/json, text/plain, */*", "none"],
    ["text/html;q=0.9, application/json", "none"],
    ["text/css,*/*;q=0.1", "none"],
    ["image/avif,image/webp,image/*,*/*;q=0.8", "none"],
    ["text/html;q=0", "none"],
    ["text/html;q=0, */*", "none"],
    ["text/*;q=0, */*", "none"],
    ["*/*;q=0", "none"],
  ])("for %j is %j", (accept, preference) => {
    expect(htmlPreference(accept)).toBe(preference);
  });

  it("is never for a page where HTML is excluded", () => {
    const ranges = ["text/html", "application/xhtml+xml", "text/*", "*/*", "application/json", "image/*"];
    const member = fc.tuple(fc.constantFrom(...ranges), fc.nat(10));
    fc.assert(
      fc.property(fc.uniqueArray(member, { selector: ([range]) => range }), (members) => {
        const others = members.filter(([range]) => !/html/.test(range));
        const accept = ["text/html;q=0", ...others.map(([range, tenths]) => `${range};q=${tenths / 10}`)];
        expect(htmlPreference(accept.join(", "))).toBe("none");
      }),
    );
  });
});
