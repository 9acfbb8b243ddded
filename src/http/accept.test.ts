import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acceptsHtml, prefersProblemJson } from "./accept.ts";

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

describe("acceptsHtml", () => {
  it.each([
    BROWSER,
    "text/html",
    "text/*",
    "*/*",
    "TEXT/HTML;q=0.1",
    "text/*;q=0, text/html",
    "*/*;q=0, text/*",
  ])("holds for %j", (accept) => {
    expect(acceptsHtml(accept)).toBe(true);
  });

  it.each([
    undefined,
    "",
    "application/json",
    "text/html;q=0",
    "text/html;q=0, */*",
    "text/*;q=0, */*",
    "*/*;q=0",
  ])("doesn't for %j", (accept) => {
    expect(acceptsHtml(accept)).toBe(false);
  });

  it("goes by the most specific range", () => {
    const tenths = fc.option(fc.nat(1), { nil: undefined });
    fc.assert(
      fc.property(tenths, tenths, tenths, (html, text, all) => {
        const weights = { "text/html": html, "text/*": text, "*/*": all };
        const listed = Object.entries(weights).filter(([, weight]) => weight !== undefined);
        const accept = listed.map(([range, weight]) => `${range};q=${weight}`).join(", ");
        expect(acceptsHtml(accept)).toBe((html ?? text ?? all ?? 0) > 0);
      }),
    );
  });
});
