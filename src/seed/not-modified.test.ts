import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { notModified } from "./not-modified.ts";

/** As plain JavaScript calls it. */
function untypedNotModified(options: unknown): Response {
  return Reflect.apply(notModified, undefined, [options]);
}

describe("notModified", () => {
  test("is a 304 without content or fields", () => {
    const response = notModified();
    expect(response.status).toBe(304);
    expect(response.body).toBeNull();
    expect([...response.headers]).toEqual([]);
  });

  test("keeps what a 304 is to carry, and what isn't about the content", () => {
    const kept = [
      ["access-control-allow-origin", "*"],
      ["cache-control", "max-age=60"],
      ["content-location", "/a.en.html"],
      ["content-security-policy", "default-src 'none'"],
      ["date", "Sun, 06 Nov 1994 08:49:37 GMT"],
      ["etag", '"v1"'],
      ["expires", "Sun, 06 Nov 1994 08:50:37 GMT"],
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
      ["vary", "Accept-Encoding"],
      ["x-request-id", "7"],
    ] as const satisfies [string, string][];
    expect([...notModified({ headers: kept.map(([...line]) => line) }).headers]).toEqual(kept);
  });

  test.each([
    "Content-Digest",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Language",
    "Content-Length",
    "Content-Range",
    "Content-Type",
    "Repr-Digest",
  ])("leaves out %s, however it is written", (name) => {
    for (const written of [name, name.toLowerCase(), name.toUpperCase()]) {
      expect([...notModified({ headers: { [written]: "1" } }).headers]).toEqual([]);
    }
  });

  test("Last-Modified stands in for an ETag, and goes where there is one", () => {
    const date = { "Last-Modified": "Sun, 06 Nov 1994 08:49:37 GMT" };
    expect([...notModified({ headers: date }).headers.keys()]).toEqual(["last-modified"]);
    expect([...notModified({ headers: { ...date, ETag: 'W/"v1"' } }).headers.keys()]).toEqual(["etag"]);
  });

  test("doesn't touch the Headers it was given", () => {
    const headers = new Headers({ "Content-Type": "text/html", ETag: '"v1"' });
    expect(notModified({ headers }).headers.get("ETag")).toBe('"v1"');
    expect(headers.get("Content-Type")).toBe("text/html");
  });

  test.each([
    ["a string", "x", "String"],
    ["an empty string", "", "String"],
    ["null, as for new Response(null, init)", null, "Null"],
    ["bytes", new Uint8Array(1), "Uint8Array"],
    ["a Blob", new Blob(["x"]), "Blob"],
    ["a stream", new ReadableStream(), "ReadableStream"],
    ["a whole response", new Response("x"), "Response"],
    ["the fields themselves", new Headers({ ETag: '"v1"' }), "Headers"],
    ["the fields themselves, as a record", { ETag: '"v1"' }, '"ETag"'],
    ["a body", { body: "x" }, '"body"'],
    ["an empty body", { headers: {}, body: "" }, '"body"'],
    ["content, as the seed calls it", { content: "x" }, '"content"'],
    ["another status", { status: 200 }, '"status"'],
  ])("refuses %s and says what to do", (_what, options, got) => {
    expect(() => untypedNotModified(options)).toThrow(
      new TypeError(
        `notModified() takes only { headers }, and got ${got}. A 304 has no content: ` +
          "leave it out, or send what has changed with new Response(content).",
      ),
    );
  });

  test("a body that is null or undefined is none", () => {
    expect(untypedNotModified({ body: null, headers: undefined }).status).toBe(304);
  });

  test("no field of any name brings content with it", () => {
    const name = fc.string({ unit: fc.constantFrom("a", "b", "c", "x", "-"), minLength: 1 });
    fc.assert(
      fc.property(fc.dictionary(name, fc.constantFrom("1", "text/html")), (fields) => {
        const response = notModified({ headers: { ...fields, "Content-Type": "text/html" } });
        expect(response.body).toBeNull();
        expect([...response.headers.keys()].toSorted()).toEqual(Object.keys(fields).toSorted());
      }),
    );
  });
});
