import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toPolicy } from "../api/to-policy.ts";
import { encodePath } from "../target/encode-path.ts";
import { parseTarget } from "../target/parse-target.ts";
import { segmentMalformation } from "../target/segment-policy.ts";
import type { Answer } from "./answer.ts";
import { redirectToSlash, redirectWithoutDots } from "./redirect.ts";
import type { RequestHead } from "./request-head.ts";

/** Any name that a target can spell, and those that a URL would read as something else. */
const name = fc
  .oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
    fc.constantFrom(
      "http:",
      "javascript:alert(1)",
      "a:b",
      ":",
      "...",
      "%2e%2e",
      "%2F",
      "?",
      "#",
      "a?b#c",
      "//",
      "@",
      "h:80",
    ),
    fc.constantFrom(
      "evil.example",
      "~",
      "''",
      '"',
      "<b>",
      " ",
      "  a",
      "ü",
      "日本",
      "🎈",
      "*",
      "a&b=c",
      "+",
      ";",
    ),
  )
  .filter((text) => segmentMalformation(text) === undefined);

const names = fc.array(name, { maxLength: 4 });
const search = fc.constantFrom(
  "",
  "?",
  "?a=b",
  "?a=/../b",
  "?http://h/",
  "?a?b",
  "?x=:",
  "?//h",
  "?a=%20b%zz&c='d'",
);

/** How the client sees the server: what a proxy has removed, in front of what it has left. */
const removed = fc.constantFrom("", "/app", "/app/v1", "/a:b/c", "/%7euser");

interface Request {
  readonly target: string;
  readonly mount?: string;
  /** The URL as the client has it. */
  readonly url: string;
}

function toRequest({ target, mount }: Request): RequestHead {
  return {
    method: "GET",
    target,
    fields: {},
    ...(mount !== undefined &&
      mount !== "" && { mount: { pathname: mount, bare: target.startsWith("/?") || target === "/" } }),
  };
}

/** Where the client goes. */
function follow({ head }: Answer, url: string): URL {
  expect(head.status).toBe(301);
  expect(head.fields).toContainEqual(["Cache-Control", "no-cache"]);
  const location = head.fields.find(([field]) => field === "Location")?.[1] ?? "";
  expect(location).toMatch(/^[!-~]+$/);
  return new URL(location, url);
}

/** The segments of a path as the file system has them. */
function segmentsOf({ pathname }: URL): readonly string[] {
  return pathname.split("/").map((segment) => decodeURIComponent(segment));
}

function encoded(path: readonly string[]): string {
  return path.map((segment) => `/${encodePath(segment)}`).join("");
}

const ORIGIN = "http://files.example:8080";

describe("a redirect to the slash", () => {
  it("leads to the URL that the client has asked for, with a slash, wherever it believes itself", () => {
    const requests = fc.record({ removed, mount: names, prefix: names, path: names, search });
    fc.assert(
      fc.property(requests, ({ removed, mount, prefix, path, search }) => {
        fc.pre(mount.length + prefix.length + path.length > 0);
        const below = encoded([...prefix, ...path]);
        const target = `${below === "" ? "/" : below}${search}`;
        const request = {
          target,
          mount: encoded(mount),
          url: `${ORIGIN}${removed}${encoded(mount)}${below}${search}`,
        };
        const rules = {
          ...toPolicy({}),
          target: { ...toPolicy({ dotfiles: "serve" }).target, prefix: prefix.join("/") },
        };
        const parsed = parseTarget(target, rules.target);
        fc.pre(parsed.kind === "path");
        const to = follow(redirectToSlash(parsed, toRequest(request), rules), request.url);
        const from = new URL(request.url);
        expect(to.origin).toBe(ORIGIN);
        expect(segmentsOf(to)).toEqual([...segmentsOf(from), ""]);
        expect(new URL(to).searchParams.toString()).toBe(from.searchParams.toString());
      }),
      { numRuns: 3000 },
    );
  });
});

describe("a redirect of a target with single dots", () => {
  it("leads to what a client asks for that resolves them itself", () => {
    const segments = fc.array(fc.oneof({ weight: 2, arbitrary: name }, fc.constant(".")), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(removed, segments, fc.constantFrom("", "/"), search, (removed, segments, slash, search) => {
        fc.pre(segments.includes("."));
        const target =
          segments.map((text) => `/${text === "." ? "." : encodePath(text)}`).join("") + slash + search;
        const answer = redirectWithoutDots(
          { method: "GET", target, fields: {} },
          toPolicy({ dotfiles: "serve" }),
        );
        fc.pre(answer !== undefined);
        const url = new URL(`${ORIGIN}${removed}${target}`);
        const to = follow(answer, url.href);
        expect([to.origin, ...segmentsOf(to)]).toEqual([ORIGIN, ...segmentsOf(url)]);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    [{ headers: { "user-agent": "Debian APT-HTTP/1.3 (2.6.1)" } }, "/static/a/b?x"],
    [{ headers: new Headers({ "User-Agent": "Debian APT-HTTP/1.3 (2.6.1)" }) }, "/static/a/b?x"],
    [{ headers: { "user-agent": "curl/8.0" } }, "b?x"],
    [{ headers: {} }, "b?x"],
    [undefined, "b?x"],
  ])("is an absolute path for apt, which follows no relative reference: %o", (native, location) => {
    const mount = { pathname: "/static", bare: false };
    const answer = redirectWithoutDots(
      { method: "GET", target: "/a/./b?x", fields: {}, mount, native },
      toPolicy({}),
    );
    expect(answer?.head.fields).toContainEqual(["Location", location]);
  });
});
