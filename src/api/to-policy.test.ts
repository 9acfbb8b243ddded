import { describe, expect, it } from "vitest";
import type { FieldLine } from "../http/request-fields.ts";
import type { Policy } from "../serve/policy.ts";
import type { StetOptions } from "./options.ts";
import { toFilePolicy, toPolicy } from "./to-policy.ts";

function fieldsOf(options: StetOptions, path: string | undefined = "a.txt"): Record<string, string> {
  return Object.fromEntries(toPolicy(options).fields(path));
}

describe("toPolicy", () => {
  it("has defaults that are safe", () => {
    const policy = toPolicy({});
    expect(policy).toMatchObject({ index: ["index.html"], extensions: [], redirect: true, spa: undefined });
    expect(policy.target).toMatchObject({ dotfiles: "hide", portableNames: true, prefix: "" });
    expect(policy.list).toBeUndefined();
    expect(fieldsOf({})).toEqual({ "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff" });
  });

  it("keeps a fingerprinted name for ever, unless it is told otherwise", () => {
    const immutable = "public, max-age=31536000, immutable";
    expect(fieldsOf({}, "app-3f9a1c2b.js")["Cache-Control"]).toBe(immutable);
    expect(fieldsOf({ cacheControl: "max-age=5" }, "app-3f9a1c2b.js")["Cache-Control"]).toBe("max-age=5");
    expect(fieldsOf({ cacheControl: false })).not.toHaveProperty("Cache-Control");
    const byPath = (path: string): string | undefined => (path.endsWith(".pdf") ? "private" : undefined);
    expect(fieldsOf({ cacheControl: byPath }, "a.pdf")["Cache-Control"]).toBe("private");
    expect(fieldsOf({ cacheControl: byPath }, "app-3f9a1c2b.js")["Cache-Control"]).toBe(immutable);
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

function fieldLines(policy: Policy, send: Parameters<typeof toFilePolicy>[2]): readonly FieldLine[] {
  return toFilePolicy(policy, "a.pdf", send)
    .fields.map(([name, value]): FieldLine => [name.toLowerCase(), value])
    .filter(([name]) => name !== "x-content-type-options");
}

describe("toFilePolicy", () => {
  const fieldsFor = (send: Parameters<typeof toFilePolicy>[2]): Record<string, string> =>
    Object.fromEntries(toFilePolicy(toPolicy({}), "a.pdf", send).fields);

  it("saves under the given name", () => {
    expect(fieldsFor({ as: "Résumé.pdf" })["Content-Disposition"]).toMatch(
      /^attachment; filename="R.+\.pdf"; filename\*=UTF-8''R%C3%A9sum%C3%A9\.pdf$/,
    );
    expect(fieldsFor({ as: "a.pdf", disposition: "inline" })["Content-Disposition"]).toBe(
      'inline; filename="a.pdf"',
    );
    expect(fieldsFor({ disposition: "attachment" })["Content-Disposition"]).toBe("attachment");
    expect(fieldsFor({})).not.toHaveProperty("Content-Disposition");
  });

  it.each(["cache-control", "CACHE-CONTROL", "Cache-Control"])("replaces a given %s", (name) => {
    const policy = toPolicy({ headers: { [name]: "public" } });
    expect(fieldLines(policy, { cacheControl: "private" })).toEqual([["cache-control", "private"]]);
    expect(fieldLines(policy, { cacheControl: false })).toEqual([]);
    expect(fieldLines(policy, {})).toEqual([["cache-control", "public"]]);
  });

  it.each(["content-disposition", "Content-Disposition"])("replaces a given %s", (name) => {
    const policy = toPolicy({ headers: { [name]: "inline" }, cacheControl: false });
    expect(fieldLines(policy, { disposition: "attachment" })).toEqual([
      ["content-disposition", "attachment"],
    ]);
    expect(fieldLines(policy, {})).toEqual([["content-disposition", "inline"]]);
  });

  it("says of caching what the call says", () => {
    expect(fieldsFor({ cacheControl: "private" })["Cache-Control"]).toBe("private");
    expect(fieldsFor({ cacheControl: false })).not.toHaveProperty("Cache-Control");
    expect(fieldsFor({})["Cache-Control"]).toBe("no-cache");
  });
});
