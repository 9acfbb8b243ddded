import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeLocation } from "./location.ts";

const BASE = "http://origin.test/a/b";
const ENCODED = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]*$/;

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      "/",
      "\\",
      ":",
      "//",
      "@",
      "?",
      "#",
      "%",
      "%2f",
      "%5C",
      ".",
      "..",
      "[",
      "]",
      "[::1]",
      "80",
    ),
    fc.constantFrom(
      " ",
      "\t",
      "\n",
      "\r",
      "\u0000",
      "\u000b",
      "\u001f",
      "\u007f",
      "\u0085",
      "\u00a0",
      "\ufeff",
      "\u2028",
    ),
    fc.constantFrom(
      "http",
      "https",
      "HTTP:",
      "https:",
      "javascript:",
      "data:",
      "java",
      "script",
      "a",
      "evil.test",
    ),
    fc.constantFrom("é", "日", "😀", "\ud800", "\udc00", "／", "：", "。", "\u00ad"),
  ),
  maxLength: 12,
});

/** undefined where it was refused. */
function tryEncode(...parameters: Parameters<typeof encodeLocation>): string | undefined {
  try {
    return encodeLocation(...parameters);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

describe("encodeLocation", () => {
  it.each([
    ["", ""],
    ["/a", "/a"],
    ["a/b?c=d&e#f", "a/b?c=d&e#f"],
    ["?q", "?q"],
    ["#f", "#f"],
    ["../a", "../a"],
    ["/a b", "/a%20b"],
    ["/é/日/😀", "/%C3%A9/%E6%97%A5/%F0%9F%98%80"],
    ["/%20/%e9/100%", "/%20/%e9/100%"],
    ["/a\r\nSet-Cookie: b", "/a%0D%0ASet-Cookie:%20b"],
    ["/\u0000", "/%00"],
    ["/\ud800", "/%EF%BF%BD"],
    [String.raw`/a\b`, "/a%5Cb"],
    ["/a//b", "/a//b"],
    ["/a?next=//evil.test", "/a?next=//evil.test"],
    ["/a?next=http://evil.test", "/a?next=http://evil.test"],
    ["/a[1]?b[]='<>\"{}|^`", "/a%5B1%5D?b%5B%5D='%3C%3E%22%7B%7D%7C%5E%60"],
    ["./a:b", "./a:b"],
    ["/javascript:alert(1)", "/javascript:alert(1)"],
    ["?javascript:", "?javascript:"],
    ["1:2", "1:2"],
  ])("makes of %j %j", (target, encoded) => {
    expect(encodeLocation(target)).toBe(encoded);
  });

  it.each([
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    " javascript:alert(1)",
    "\u00a0javascript:alert(1)",
    "\tjavascript:alert(1)",
    "\u0001 \u001fjavascript:alert(1)",
    "java\nscript:alert(1)",
    "java\tscript\r:alert(1)",
    "java\u0000script:alert(1)",
    "\u0000javascript:alert(1)",
    "data:text/html,x",
    "mailto:a@b.test",
    "file:///etc/passwd",
    "ftp://a.test",
    "blob:http://a.test/x",
    "view-source:http://a.test",
    "x+y.z-1:a",
    "localhost:8080/a",
  ])("refuses the scheme of %j, allowed hosts or not", (target) => {
    expect(() => encodeLocation(target)).toThrow(/can't lead to the scheme/);
    expect(() => encodeLocation(target, { allowedHosts: "any" })).toThrow(TypeError);
  });

  it.each([
    "//evil.test",
    "http://evil.test",
    "HTTPS://evil.test/a",
    "//evil.test:80",
    "//[::1]/",
    "http://origin.test/",
  ])("refuses to leave the origin for %j, and says how to allow it", (target) => {
    expect(() => encodeLocation(target)).toThrow(/leaves the origin: .* allowedHosts: \["/);
    expect(encodeLocation(target, { allowedHosts: "any" })).toBe(target);
  });

  it.each([
    String.raw`/\evil.test`,
    String.raw`\\evil.test`,
    String.raw`\/evil.test`,
    "/\t/evil.test",
    "\n//evil.test",
    " //evil.test",
    "/\u0000/evil.test",
    "///evil.test",
    "//",
    "http:",
    "http:evil.test",
    "http:/evil.test",
    "http:///evil.test",
    String.raw`http:\\evil.test`,
    String.raw`http://evil.test\@good.test`,
    " http://evil.test",
    "ht\ttp://evil.test",
    "http://user@evil.test",
    "http://user:secret@evil.test/",
    "//good.test@evil.test",
    "http://ev%69l.test",
    "http://évil.test",
    "http://evil.test:a",
    "http://evil.test:",
    "http://a b/",
    "http://[::1",
  ])("refuses %j, which readers differ on, even with any host allowed", (target) => {
    expect(() => encodeLocation(target)).toThrow(TypeError);
    expect(() => encodeLocation(target, { allowedHosts: "any" })).toThrow(/differ/);
  });

  it.each([
    ["https://example.com/é", "https://example.com/%C3%A9"],
    ["HTTP://EXAMPLE.com?q=é", "HTTP://EXAMPLE.com?q=%C3%A9"],
    ["//example.com#f", "//example.com#f"],
    ["http://localhost:8080", "http://localhost:8080"],
    ["http://[::1]:80/[a]", "http://[::1]:80/%5Ba%5D"],
    ["/a", "/a"],
  ])("lets %j through to a host that is listed", (target, encoded) => {
    const allowedHosts = ["Example.com", "localhost:8080", "[::1]:80"];
    expect(encodeLocation(target, { allowedHosts })).toBe(encoded);
  });

  it.each([
    "http://example.com:8080/",
    "http://localhost/",
    "http://localhost:80/",
    "http://example.com.evil.test/",
    "http://evil.test/example.com",
    "http://sub.example.com/",
    "http://example.com./",
  ])("keeps %j out beside a list", (target) => {
    expect(() => encodeLocation(target, { allowedHosts: ["example.com", "localhost:8080"] })).toThrow(
      TypeError,
    );
  });

  it("never leaves the origin, as a browser reads it", () => {
    fc.assert(
      fc.property(hostile, (target) => {
        const encoded = tryEncode(target);
        fc.pre(encoded !== undefined);
        const url = new URL(encoded, BASE);
        expect(url.origin).toBe("http://origin.test");
        expect(url.username).toBe("");
      }),
      { numRuns: 5000, maxSkipsPerRun: 1000 },
    );
  });

  it("leads to listed hosts only, as a browser reads it", () => {
    const lead = fc.constantFrom("http://good.test", "//good.test", "https://good.test:8443", "http://", "");
    fc.assert(
      fc.property(lead, hostile, (lead, rest) => {
        const encoded = tryEncode(lead + rest, { allowedHosts: ["good.test", "good.test:8443"] });
        fc.pre(encoded !== undefined);
        expect(["origin.test", "good.test", "good.test:8443"]).toContain(new URL(encoded, BASE).host);
      }),
      { numRuns: 5000, maxSkipsPerRun: 1000 },
    );
  });

  it("leads to the web only", () => {
    const lead = fc.constantFrom("http://a.test", "//a.test", "http:", "//", "");
    fc.assert(
      fc.property(lead, hostile, (lead, rest) => {
        const encoded = tryEncode(lead + rest, { allowedHosts: "any" });
        fc.pre(encoded !== undefined && URL.canParse(encoded, BASE));
        expect(new URL(encoded, BASE).protocol).toMatch(/^https?:$/);
      }),
      { numRuns: 5000, maxSkipsPerRun: 1000 },
    );
  });

  it("writes only what a URI reference may hold, and leaves that as it is", () => {
    fc.assert(
      fc.property(hostile, (target) => {
        const encoded = tryEncode(target, { allowedHosts: "any" });
        fc.pre(encoded !== undefined);
        expect(encoded).toMatch(ENCODED);
        expect(encodeLocation(encoded, { allowedHosts: "any" })).toBe(encoded);
      }),
      { maxSkipsPerRun: 1000 },
    );
  });

  it("leads where the target led", () => {
    const path = fc.string({
      unit: fc.constantFrom("a", "/", "é", "日", "😀", " ", "%20", "?", "=", "&", "."),
    });
    fc.assert(
      fc.property(path, (path) => {
        const target = `/x${path}y`;
        expect(new URL(encodeLocation(target), BASE).href).toBe(new URL(target, BASE).href);
      }),
    );
  });
});
