import { describe, expect, it } from "vitest";
import { toPolicy } from "../api/to-policy.ts";
import type { FieldLine } from "../http/request-fields.ts";
import { type Said, toFilePolicy } from "./file-rules.ts";
import type { Policy } from "./policy.ts";

function fieldLines(policy: Policy, send: Said): readonly FieldLine[] {
  return toFilePolicy(policy, "a.pdf", send)
    .fields("application/pdf")
    .map(([name, value]): FieldLine => [name.toLowerCase(), value])
    .filter(([name]) => name !== "x-content-type-options");
}

describe("toFilePolicy", () => {
  const fieldsFor = (send: Said): Record<string, string> =>
    Object.fromEntries(toFilePolicy(toPolicy({}), "a.pdf", send).fields("application/pdf"));

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

describe("toFilePolicy of what strangers may have made", () => {
  const INERT = "default-src 'none'; sandbox";
  const saidOf = (type: string | undefined, said: Said, headers = {}): Record<string, string> =>
    Object.fromEntries(toFilePolicy(toPolicy({ untrusted: true, headers }), "a", said).fields(type));

  it.each<[Said, string]>([
    [{}, "attachment"],
    [{ disposition: "inline" }, "attachment"],
    [{ disposition: "attachment" }, "attachment"],
    [{ as: "a.html" }, 'attachment; filename="a.html"'],
    [{ as: "a.html", disposition: "inline" }, 'attachment; filename="a.html"'],
  ])("saves a page, with %j too", (said, disposition) => {
    expect(saidOf("text/html", said)).toMatchObject({
      "Content-Disposition": disposition,
      "Content-Security-Policy": INERT,
    });
  });

  it.each<[Said, string | undefined]>([
    [{}, undefined],
    [{ disposition: "inline" }, "inline"],
    [{ disposition: "attachment" }, "attachment"],
    [{ as: "a.txt" }, 'attachment; filename="a.txt"'],
    [{ as: "a.txt", disposition: "inline" }, 'inline; filename="a.txt"'],
  ])("has text shown or saved, as is said by %j", (said, disposition) => {
    expect(saidOf("text/plain", said)["Content-Disposition"]).toBe(disposition);
  });

  it("lets the application's fields stand in place of each of its own, in any case", () => {
    const headers = {
      "content-disposition": "inline",
      "CONTENT-SECURITY-POLICY": "default-src 'self'",
      "cross-origin-resource-policy": "cross-origin",
      "x-content-type-options": "sniff",
    };
    const { "Cache-Control": _, ...fields } = saidOf("text/html", {}, headers);
    expect(fields).toEqual({ ...headers, Vary: "Sec-Fetch-Dest, Sec-Fetch-Site" });
    expect(saidOf("text/html", { disposition: "inline" }, headers)["content-disposition"]).toBeUndefined();
  });

  it("judges the type that the call or the policy says", () => {
    const policy = toPolicy({ untrusted: true, type: () => "text/html" });
    expect(toFilePolicy(policy, "a.txt", {}).type).toBe("text/html");
    expect(toFilePolicy(policy, "a.txt", { type: "image/png" }).type).toBe("image/png");
  });
});
