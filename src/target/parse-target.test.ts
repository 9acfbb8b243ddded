import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodePath } from "./encode-path.ts";
import { parseTarget, type ParsedTarget, type TargetPolicy } from "./parse-target.ts";
import { segmentRefusal } from "./segment-policy.ts";

const policy: TargetPolicy = { prefix: "", dotfiles: "hide", windows: false, portableNames: true };
const lax: TargetPolicy = { ...policy, dotfiles: "serve", portableNames: false };
const mounted: TargetPolicy = { ...policy, prefix: "static" };
const deep: TargetPolicy = { ...policy, prefix: "sp ace/é" };

/** What a table needs of an answer: the path with its slash, the status, or the kind. */
function outcome(parsed: ParsedTarget): string | number {
  if (parsed.kind === "path") return `${parsed.path}${parsed.slash ? "/" : ""}`;
  return parsed.kind === "refused" ? parsed.status : parsed.kind;
}

describe("forms", () => {
  test.each([
    ["/", "/"],
    ["/a", "a"],
    ["/a/", "a/"],
    ["/a/b.txt", "a/b.txt"],
    ["http://host", "/"],
    ["http://host/", "/"],
    ["HtTpS://host:8443/a/b", "a/b"],
    ["http://host?a", "/"],
    ["*", "asterisk"],
    ["", 400],
    ["a", 400],
    ["**", 400],
    ["*?", 400],
    ["?a", 400],
    ["host:443", 400],
    ["ftp://host/a", 400],
    ["http:///a", 400],
    ["http://user@host/a", 400],
    ["http://host//a", 400],
    ["http://h;x/admin/a", 400],
    ["/a#b", 400],
    ["/a?b#c", 400],
    ["http://host/#", 400],
  ])("%s gives %s", (target, expected) => {
    expect(outcome(parseTarget(target, policy))).toBe(expected);
  });

  test("keeps the query and the path as they were sent", () => {
    expect(parseTarget("/static/sp%20ace/?a=%zz&b=/../?c", mounted)).toEqual({
      kind: "path",
      path: "sp ace",
      slash: true,
      search: "?a=%zz&b=/../?c",
      pathname: "/static/sp%20ace/",
    });
    expect(parseTarget("http://host/%61?", policy)).toEqual({
      kind: "path",
      path: "a",
      slash: false,
      search: "?",
      pathname: "/%61",
    });
  });

  test.each([
    "/a b",
    "/a?b c",
    "/a\tb",
    "/a?b\r\nLocation:x",
    "/\0",
    "/a?\0",
    "/\u007F",
    "/a?\u0100",
    "/é\u20AC",
  ])("refuses %j, whose characters no target may hold", (target) => {
    expect(outcome(parseTarget(target, policy))).toBe(400);
  });
});

describe("the path", () => {
  test.each([
    ["/sp%20ace.txt", "sp ace.txt"],
    ["/a%25b.txt", "a%b.txt"],
    ["/a%23b", "a#b"],
    ["/a%3Fb", "a?b"],
    ["/a%3fb?c", "a?b"],
    ["/%C3%A9t%C3%A9", "été"],
    ["/e%CC%81", "e\u0301"],
    ["/%F0%9F%98%80/%E2%82%AC", "😀/€"],
    ["/%252e%252e/a", "%2e%2e/a"],
    ["/%252F", "%2F"],
    ["/%61%2Dz", "a-z"],
    ["/a+b", "a+b"],
    ["/a;b=c", "a;b=c"],
    ["/a,b&c='(d)!*$@", "a,b&c='(d)!*$@"],
    ["/12:30", "12:30"],
    ["/a...b", "a...b"],
    ['/[id]|<x>^`{}"', '[id]|<x>^`{}"'],
    ["/%E2%80%AE", "\u202E"],
  ])("%s gives %s", (target, expected) => {
    expect(outcome(parseTarget(target, policy))).toBe(expected);
  });

  // The spellings by which a router and a file server have come to read one target differently.
  test.each([
    ["dot segments", "/../etc/passwd"],
    ["dot segments in the middle", "/a/../../etc/passwd"],
    ["a dot segment at the end", "/a/.."],
    ["a single dot", "/./a"],
    ["a single dot, encoded", "/a/%2e/b"],
    ["encoded dots", "/%2e%2e/etc/passwd"],
    ["half encoded dots", "/.%2E/etc/passwd"],
    ["half encoded dots", "/%2e./etc/passwd"],
    ["an encoded slash", "/a%2Fb"],
    ["an encoded slash behind dots", "/..%2fetc%2fpasswd"],
    ["a backslash", "/a\\b"],
    ["an encoded backslash", "/..%5C..%5cetc"],
    ["an authority", "//evil.example/%2e%2e/dir"],
    ["slashes alone", "//"],
    ["an empty segment", "/a//b"],
    ["two slashes at the end", "/a//"],
    ["a NUL", "/a%00.txt"],
    ["a line break", "/a%0d%0aSet-Cookie:%20b"],
    ["DEL", "/a%7F"],
    ["a C1 control", "/a%C2%85"],
    ["a C1 control, raw", "/a\u00C2\u0085"],
    ["overlong dots", "/%C0%AE%C0%AE/etc/passwd"],
    ["an overlong slash", "/..%C0%AFetc"],
    ["a surrogate", "/%ED%A0%80"],
    ["above U+10FFFF", "/%F4%90%80%80"],
    ["a sequence cut short", "/%E2%82"],
    ["a sequence across a slash", "/%C3/%A9"],
    ["Latin-1", "/caf%E9"],
    ["Latin-1, raw", "/caf\u00E9"],
    ["UTF-8, raw", "/\u00C3\u00A9t%C3%A9"],
    ["UTF-8, raw, in the query", "/a?\u00C3\u00A9"],
    ["a bare percent sign", "/100%"],
    ["a malformed escape", "/%zz"],
    ["an escape of IIS", "/%u002e%u002e/"],
  ])("refuses %s with 400: %s", (_, target) => {
    expect(outcome(parseTarget(target, policy))).toBe(400);
    expect(outcome(parseTarget(target, lax))).toBe(400);
    expect(outcome(parseTarget(`/static${target}`, mounted))).toBe(400);
  });

  test.each([
    "/.env",
    "/.git/config",
    "/a/.hidden",
    "/a/.hidden/b",
    "/%2Eenv",
    "/.../a",
    "/.well-known/.env",
    "/.well-known/a/.b",
    "/a/.well-known/b",
    "/.Well-Known/a",
    "/.well-knownx",
    "/CON",
    "/a/aux.css",
    "/com1.txt/b",
    "/LPT%C2%B9",
    "/nul%20.txt",
    "/page.php::$DATA",
    "/page.php%3A%3A%24DATA",
    "/dir:$I30:$INDEX_ALLOCATION/a",
    "/PROGRA~1/a",
    "/LONGNA%7E1.TXT",
    "/web.config.",
    "/web.config%20",
  ])("does not serve %s, unless the policy says so", (target) => {
    expect(outcome(parseTarget(target, policy))).toBe(404);
    expect(outcome(parseTarget(`/static${target}`, mounted))).toBe(404);
    expect(parseTarget(target, lax).kind).toBe("path");
  });

  test("what is not canonical is said before what is not served", () => {
    expect(outcome(parseTarget("/.git/../a", policy))).toBe(400);
    expect(outcome(parseTarget("/CON//", policy))).toBe(400);
  });

  test("serves .well-known in the first place, below the prefix too", () => {
    expect(outcome(parseTarget("/.well-known", policy))).toBe(".well-known");
    expect(outcome(parseTarget("/.well-known/acme-challenge/a", policy))).toBe(
      ".well-known/acme-challenge/a",
    );
    expect(outcome(parseTarget("/%2ewell-known/", policy))).toBe(".well-known/");
    expect(outcome(parseTarget("/static/.well-known/a", mounted))).toBe(".well-known/a");
  });

  test.each(["/a:b", "/a%3Ab", "/a*", "/a%3Fb", "/a|b", "/a%22", "/%3Ca%3E"])(
    "%s is no name on Windows",
    (target) => {
      expect(outcome(parseTarget(target, { ...policy, windows: true }))).toBe(404);
      expect(parseTarget(target, policy).kind).toBe("path");
    },
  );

  test("a segment has at most 255 bytes, a path at most 4096, decoded and below the prefix", () => {
    const segment = "a".repeat(255);
    const longest = `/${segment}`.repeat(16); // 4096 characters, the first slash not counted: 4095 bytes
    expect(parseTarget(`/${encodePath("€".repeat(85))}`, policy).kind).toBe("path");
    expect(outcome(parseTarget(`/${encodePath("€".repeat(86))}`, policy))).toBe(404);
    expect(parseTarget(longest, policy).kind).toBe("path");
    expect(parseTarget(`/static${longest}/`, mounted).kind).toBe("path");
    expect(parseTarget(`/b${longest.slice(2)}`, policy).kind).toBe("path");
    expect(outcome(parseTarget(`${longest}/a`, policy))).toBe(404);
    const exactly = `/ab${longest.slice(0, -255)}${"a".repeat(253)}`;
    expect(outcome(parseTarget(exactly, policy))).toHaveLength(4096);
    expect(outcome(parseTarget(`${exactly}a`, policy))).toBe(404);
  });
});

describe("the prefix", () => {
  test.each([
    ["/static/a", "a"],
    ["/static/", "/"],
    ["/static", ""],
    ["/static?a", ""],
    ["/%73tatic/a", "a"],
    ["http://host/static/a", "a"],
    ["/static/static", "static"],
    ["/", "outside"],
    ["/a", "outside"],
    ["/static-secret", "outside"],
    ["/static-secret/a", "outside"],
    ["/stati", "outside"],
    ["/Static/a", "outside"],
    ["/a/static/b", "outside"],
    ["/.hidden", "outside"],
    ["http://static/", "outside"],
    ["/static//", 400],
    ["/static//a", 400],
    ["//static/a", 400],
    ["/./static/a", 400],
    ["/a%2F../static", 400],
    ["/static%2Fa", 400],
    ["/static%5Ca", 400],
    ["/static/../static-secret", 400],
    ["/static/.env", 404],
  ])("%s gives %j", (target, expected) => {
    expect(outcome(parseTarget(target, mounted))).toBe(expected);
  });

  test("does not judge what is another handler's", () => {
    expect(outcome(parseTarget("/projects/group%2Fname/a//b/%zz", mounted))).toBe("outside");
  });

  test.each([
    ["/sp%20ace/%C3%A9/a", "a"],
    ["/sp%20ace/%C3%A9/", "/"],
    ["/sp%20ace/\u00C3\u00A9/", 400],
    ["/sp%20ace/%C3%A9", ""],
    ["/sp%20ace", "outside"],
    ["/sp%20ace/", "outside"],
    ["/sp%20ace/e%CC%81/a", "outside"],
  ])("of several segments: %s gives %j", (target, expected) => {
    expect(outcome(parseTarget(target, deep))).toBe(expected);
  });

  test("is the mounter's choice, whatever the policy thinks of such a name", () => {
    expect(outcome(parseTarget("/.private/aux/a", { ...policy, prefix: ".private/aux" }))).toBe("a");
  });
});

describe("any target", () => {
  const policies = fc.record({
    prefix: fc.constantFrom("", "static", "a/b"),
    dotfiles: fc.constantFrom("hide" as const, "serve" as const),
    windows: fc.boolean(),
    portableNames: fc.boolean(),
  });
  const pieces =
    "/ / / / a b static . .. %2e %2F \\ %5c % %00 %0A %7f %C2%85 \u00C3\u00A9 %C3%A9 %c0%ae %25 %20 ? # : * http://h ~1 CON";
  const hostile = fc
    .array(fc.constantFrom(" ", ...pieces.split(" ")), { maxLength: 12 })
    .map((parts) => parts.join(""));
  const targets = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string(),
    hostile,
    hostile.map((target) => `/${target}`),
  );

  test("is answered without throwing, and a path is canonical", () => {
    fc.assert(
      fc.property(targets, policies, (target, policy) => {
        const parsed = parseTarget(target, policy);
        if (parsed.kind !== "path") return;
        expect(parsed.path).not.toMatch(/[\\\p{Cc}\p{Cs}]/u);
        const segments = parsed.path === "" ? [] : parsed.path.split("/");
        expect(segments.filter((segment) => ["", ".", ".."].includes(segment))).toEqual([]);
        expect(parsed.pathname).toMatch(/^\/(?!\/)/);
      }),
      { numRuns: 5000 },
    );
  });

  test("that is accepted, in ASCII, is its pathname as the language decodes it", () => {
    const ascii = targets.filter((target) => /^[\0-\u007F]*$/.test(target));
    fc.assert(
      fc.property(ascii, policies, (target, policy) => {
        const parsed = parseTarget(target, policy);
        if (parsed.kind !== "path") return;
        const parts = [policy.prefix, parsed.path].filter((part) => part !== "");
        const end = parsed.slash && parts.length > 0 ? "/" : "";
        expect(decodeURIComponent(parsed.pathname)).toBe(`/${parts.join("/")}${end}`);
      }),
      { numRuns: 5000 },
    );
  });

  test("that spells acceptable names gives them back, whatever they are", () => {
    const name = fc.oneof(
      fc.string({ unit: "binary", minLength: 1, maxLength: 20 }),
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
      hostile,
    );
    fc.assert(
      fc.property(fc.array(name, { maxLength: 6 }), policies, fc.boolean(), (names, policy, slash) => {
        const served = names.filter((name) => segmentRefusal(name, policy) === undefined);
        const path = served.join("/");
        const encoded = [policy.prefix, path].filter((part) => part !== "").map(encodePath);
        const pathname = `/${encoded.join("/")}${slash && encoded.length > 0 ? "/" : ""}`;
        expect(parseTarget(`${pathname}?q`, policy)).toEqual({
          kind: "path",
          path,
          slash: slash || pathname === "/",
          search: "?q",
          pathname,
        });
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ["slashes", "/".repeat(1 << 20)],
    ["short segments", "/a".repeat(1 << 19)],
    ["dots", `/${".".repeat(1 << 20)}`],
    ["escapes", `/${"%41".repeat(1 << 19)}`],
    ["bytes", `/${"\u00C3\u00A9".repeat(1 << 19)}`],
    ["tildes and digits", `/${"~1".repeat(1 << 19)}`],
    ["colons", `/${":".repeat(1 << 20)}`],
    ["spaces after a device", `/CON${"%20".repeat(1 << 19)}x`],
    ["a host", `http://${"a:".repeat(1 << 19)}`],
    ["question marks", `/${"?".repeat(1 << 20)}`],
  ])("of a million characters is judged in time linear in it: %s", (_, target) => {
    const begun = performance.now();
    parseTarget(target, policy);
    expect(performance.now() - begun).toBeLessThan(20_000); // a quadratic reading takes minutes
  });
});
