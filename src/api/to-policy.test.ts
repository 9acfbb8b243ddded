import { describe, expect, it } from "vitest";
import type { StetOptions } from "./options.ts";
import { toPolicy } from "./to-policy.ts";

function fieldsOf(options: StetOptions, path: string | undefined = "a.txt"): Record<string, string> {
  return Object.fromEntries(toPolicy(options).fields(path));
}

describe("toPolicy", () => {
  it("has defaults that are safe", () => {
    const policy = toPolicy({});
    expect(policy).toMatchObject({ index: ["index.html"], extensions: [], redirect: true, spa: undefined });
    expect(policy.target).toMatchObject({ dotfiles: "hide", portableNames: false, prefix: "" });
    expect(policy.list).toBeUndefined();
    expect(fieldsOf({})).toEqual({ "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff" });
  });

  it("keeps a fingerprinted name for a year where that is said", () => {
    const immutable = "max-age=31536000, immutable";
    expect(fieldsOf({}, "app-3f9a1c2b.js")["Cache-Control"]).toBe("no-cache");
    expect(fieldsOf({ immutable: true }, "app-3f9a1c2b.js")["Cache-Control"]).toBe(immutable);
    expect(fieldsOf({ cacheControl: "max-age=5" }, "app-3f9a1c2b.js")["Cache-Control"]).toBe("max-age=5");
    expect(fieldsOf({ cacheControl: false })).not.toHaveProperty("Cache-Control");
    const byPath = (path: string): string | undefined => (path.endsWith(".pdf") ? "private" : undefined);
    expect(fieldsOf({ cacheControl: byPath }, "a.pdf")["Cache-Control"]).toBe("private");
    const options = { cacheControl: byPath, immutable: true };
    expect(fieldsOf(options, "app-3f9a1c2b.js")["Cache-Control"]).toBe(immutable);
  });

  it("lets the application's fields stand instead of the defaults", () => {
    expect(fieldsOf({ headers: { "cache-control": "private", "X-Own": "1" } })).toEqual({
      "X-Content-Type-Options": "nosniff",
      "cache-control": "private",
      "X-Own": "1",
    });
    expect(fieldsOf({ headers: (path) => ({ "X-Path": path }) }, "b.txt")["X-Path"]).toBe("b.txt");
  });

  it("asks no function about an answer without a file", () => {
    const fields = toPolicy({ headers: (path) => ({ "X-Path": path.toUpperCase() }) }).fields(undefined);
    expect(fields).toEqual([["X-Content-Type-Options", "nosniff"]]);
  });

  it.each<[unknown, RegExp]>([
    [{ dotfile: "serve" }, /no option "dotfile".*dotfiles/],
    [{ dotfiles: "allow" }, /"dotfiles" is "hide" or "serve"/],
    [{ redirect: "yes" }, /"redirect" is true or false/],
    [{ neverOverwritten: "yes" }, /"neverOverwritten" is true or false/],
    [{ index: "" }, /"index" names files/],
    [{ index: "/index.html" }, /"index" names files/],
    [{ spa: "../index.html" }, /"spa" names files/],
    [{ prefix: "static" }, /"prefix" is a decoded path.*"\/static"/],
    [{ prefix: "/a//b" }, /"prefix"/],
    [{ headers: { ETag: '"x"' } }, /ETag can't be set/],
    [{ headers: { "Content-Type": "text/plain" } }, /use the option `type`/],
    [{ headers: { "X-A": "a\r\nX-B: b" } }, /one line/],
    [{ headers: { "X A": "a" } }, /no field name/],
    [{ cacheControl: "a\nb" }, /one line/],
    [{ cacheControl: "" }, /"cacheControl" is a field such as "max-age=60".*not ""/],
    [{ cacheControl: " " }, /"cacheControl" is a field/],
    [{ cacheControl: 60 }, /"cacheControl" is a field.*not 60/],
    [{ cacheControl: true }, /"cacheControl" is a field.*not true/],
    [{ cacheControl: null }, /"cacheControl" is a field.*not null/],
    [{ extensions: "html" }, /"extensions" is an array such as \["html"\], not "html"/],
    [{ extensions: ".html" }, /"extensions" is an array/],
    [{ extensions: [1] }, /"extensions" names files/],
    [{ index: true }, /"index" names files.*not true/],
    [{ index: null }, /"index" names files.*not null/],
    [{ index: [1] }, /"index" names files.*not 1/],
    [{ spa: 1 }, /"spa" names files.*not 1/],
    [{ prefix: 1 }, /"prefix" is a decoded path.*not 1/],
    [{ cache: null }, /"cache" is a number.*not null/],
    [{ cache: "1" }, /"cache" is a number.*not "1"/],
    [{ headers: "X-A: a" }, /"headers" is an object.*not "X-A: a"/],
    [{ headers: null }, /"headers" is an object.*not null/],
    [{ headers: new Headers({ "X-A": "a" }) }, /Object\.fromEntries/],
    [{ headers: { "X-A": 1 } }, /X-A can't be 1/],
    [{ type: "text/plain" }, /"type" is a function, not "text\/plain"/],
    [{ untrusted: "yes" }, /"untrusted" is true, false, or an object.*not "yes"/],
    [{ untrusted: null }, /"untrusted" is true, false.*not null/],
    [{ untrusted: ["image/png"] }, /"untrusted" is true, false.*not an array/],
    [{ untrusted: { show: [] } }, /no option "show".*inline/],
    [{ untrusted: { inline: "image/*" } }, /"inline" is an array.*not "image\/\*"/],
    [{ untrusted: { inline: ["text/*"] } }, /"inline" names media types.*not "text\/\*"/],
    [{ untrusted: { inline: ["*/*"] } }, /"inline" names media types.*not "\*\/\*"/],
    [{ untrusted: { inline: ["application/*"] } }, /"inline" names media types/],
    [{ untrusted: { inline: ["image/x*"] } }, /"inline" names media types/],
    [{ untrusted: { inline: ["text/plain; charset=utf-8"] } }, /without parameters/],
    [{ untrusted: { inline: ["png"] } }, /"inline" names media types.*not "png"/],
    [{ untrusted: { inline: [1] } }, /"inline" names media types.*not 1/],
    [{ untrusted: { contentSecurityPolicy: "" } }, /"contentSecurityPolicy" is a field.*not ""/],
    [{ untrusted: { contentSecurityPolicy: true } }, /"contentSecurityPolicy" is a field.*not true/],
    [{ untrusted: { contentSecurityPolicy: "a\nb" } }, /one line/],
    [{ untrusted: { crossOriginResourcePolicy: "none" } }, /"same-site" or "cross-origin" or false/],
    [{ untrusted: true, spa: true }, /"spa" shows a page of the root.*make two policies/],
    [{ untrusted: {}, spa: "app.html" }, /make two policies/],
    [{ onDelivered: true }, /"onDelivered" is a function/],
    [{ onError: "log" }, /"onError" is a function/],
    [null, /options are an object.*not null/],
  ])("refuses %j", (options, message) => {
    expect(() => toPolicy(options as StetOptions)).toThrow(TypeError);
    expect(() => toPolicy(options as StetOptions)).toThrow(message);
  });
});

describe("what a function of the application's gives", () => {
  it.each(["text/plain; name=é", "a\nb", "", 5])("is no type: %j", (type) => {
    const policy = toPolicy({ type: () => type as string });
    expect(() => policy.type("a")).toThrow(TypeError);
    expect(() => policy.type("a")).toThrow(/"type" is a media type/);
  });

  it.each(["", 60, false])("is no Cache-Control: %j", (value) => {
    const policy = toPolicy({ cacheControl: () => value as string });
    expect(() => policy.fields("a")).toThrow(/"cacheControl" is a field/);
  });

  it.each([undefined, null])("leaves the default: %j", (nothing) => {
    const policy = toPolicy({ type: () => nothing as undefined, cacheControl: () => nothing as undefined });
    expect(policy.type("a")).toBeUndefined();
    expect(policy.fields("a")).toContainEqual(["Cache-Control", "no-cache"]);
  });

  it("is no map of fields", () => {
    const policy = toPolicy({ headers: () => undefined as never });
    expect(() => policy.fields("a")).toThrow(/"headers" is an object/);
  });
});
