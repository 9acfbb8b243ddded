/** The rules once more, slow and obvious, in another technique: bytes, and lists instead of patterns. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseTarget, type TargetPolicy } from "./parse-target.ts";

type Answer =
  | { kind: "path"; path: string; slash: boolean; search: string; pathname: string }
  | { kind: "refused"; status: number }
  | { kind: "outside" }
  | { kind: "asterisk" };

const MALFORMED: Answer = { kind: "refused", status: 400 };
const UNSERVED: Answer = { kind: "refused", status: 404 };

function model(target: string, policy: TargetPolicy): Answer {
  if (target === "*") return { kind: "asterisk" };
  const local = withoutAuthority(target);
  if (!Array.from(target).every(isSendable) || !local.startsWith("/")) return MALFORMED;
  const [pathname = "", ...queries] = local.split("?");
  const search = queries.length === 0 ? "" : `?${queries.join("?")}`;

  const raw = pathname.split("/").slice(1);
  const slash = raw.at(-1) === "";
  const segments = (slash ? raw.slice(0, -1) : raw).map(decode);
  const prefix = policy.prefix.split("/").filter((segment) => segment !== "");
  for (const [i, expected] of prefix.entries()) {
    if (i < segments.length && !isCanonical(segments[i])) return MALFORMED;
    if (segments[i] !== expected) return { kind: "outside" };
  }
  const names = segments.slice(prefix.length);
  if (!names.every(isCanonical)) return MALFORMED;
  return areServed(names, policy)
    ? { kind: "path", path: names.join("/"), slash, search, pathname }
    : UNSERVED;
}

function isSendable(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return code > 0x20 && code < 0x7f && character !== "#";
}

/** Good for the hosts that this test makes: letters and a port. */
function withoutAuthority(target: string): string {
  const lower = target.toLowerCase();
  const scheme = ["http://", "https://"].find((scheme) => lower.startsWith(scheme));
  if (scheme === undefined) return target;
  let end = scheme.length;
  while (end < target.length && target[end] !== "/" && target[end] !== "?") end += 1;
  const authority = target.slice(scheme.length, end);
  if (!["host", "HOST", "host:80"].includes(authority)) return "";
  return target[end] === "/" ? target.slice(end) : `/${target.slice(end)}`;
}

function decode(raw: string): string | undefined {
  const bytes: number[] = [];
  for (let i = 0; i < raw.length; i += 1) {
    if (raw[i] !== "%") {
      bytes.push(raw.charCodeAt(i));
      continue;
    }
    const digits = raw.slice(i + 1, i + 3).toLowerCase();
    const isHexadecimal =
      digits.length === 2 && Array.from(digits).every((digit) => "0123456789abcdef".includes(digit));
    if (!isHexadecimal) return undefined;
    bytes.push(Number.parseInt(digits, 16));
    i += 2;
  }
  const text = Buffer.from(bytes).toString("utf8");
  return Buffer.from(text).equals(Buffer.from(bytes)) ? text : undefined;
}

function isCanonical(segment: string | undefined): segment is string {
  if (segment === undefined || ["", ".", ".."].includes(segment)) return false;
  return Array.from(segment).every((character) => {
    const code = character.codePointAt(0) ?? 0;
    return code >= 0x20 && !(code >= 0x7f && code <= 0x9f) && character !== "/" && character !== "\\";
  });
}

function areServed(names: readonly string[], policy: TargetPolicy): boolean {
  const judged = names[0] === ".well-known" ? names.slice(1) : names;
  return judged.every((name) => isServed(name, policy)) && Buffer.from(names.join("/")).length <= 4096;
}

function isServed(name: string, policy: TargetPolicy): boolean {
  if (policy.dotfiles === "hide" && name[0] === ".") return false;
  if (Buffer.from(name).length > 255) return false;
  if (policy.windows && Array.from(':<>"|?*').some((character) => name.includes(character))) return false;
  return !(policy.windows || policy.portableNames) || isPortable(name);
}

const PORTS = Array.from("0123456789¹²³").flatMap((digit) => [`com${digit}`, `lpt${digit}`]);
const DEVICES = new Set(["con", "prn", "aux", "nul", "conin$", "conout$", "clock$", ...PORTS]);

function isPortable(name: string): boolean {
  const [base = "", ...extensions] = name.split(".");
  let stem = base;
  while (stem.endsWith(" ")) stem = stem.slice(0, -1);
  const [, ...streams] = name.split(":");
  return (
    !DEVICES.has(stem.toLowerCase()) &&
    !(streams.join(":").includes("$") || name.split("::").length > 1) &&
    !(isShortBase(base) && extensions.length <= 1 && (extensions[0] ?? "").length <= 3) &&
    !["", " "].includes(name.split(".").at(-1) ?? "") &&
    name.at(-1) !== " "
  );
}

function isShortBase(base: string): boolean {
  const parts = base.split("~");
  const number = parts.at(-1) ?? "";
  const isNumber = number !== "" && Array.from(number).every((digit) => "0123456789".includes(digit));
  return base.length <= 8 && parts.length > 1 && isNumber;
}

const policies = fc.record({
  prefix: fc.constantFrom("", "static", "a/é"),
  dotfiles: fc.constantFrom("hide" as const, "serve" as const),
  windows: fc.boolean(),
  portableNames: fc.boolean(),
});

/** One of the words; "_" stands for none. */
const oneOf = (words: string): fc.Arbitrary<string> =>
  fc.constantFrom(...words.split(" ").map((word) => (word === "_" ? "" : word)));

const name = fc.oneof(
  oneOf("a static index.html %61 %73tatic %C3%A9 \u00C3\u00A9 %E2%82%AC \u00E9 .well-known .git ... 12:30 $"),
  oneOf("con NUL aux.js com1 COM%C2%B9 lpt10 clock$ progra~1 LONGNA~12 longname~1 ~1 a~b"),
  fc.constantFrom("a".repeat(255), "a".repeat(256), "%C3%A9".repeat(127), "%C3%A9".repeat(128)),
);
const ending = oneOf("_ _ _ .txt .html . %20 %20.txt ::$DATA :$I30 :a ~1 * %22");
const oddity = fc.oneof(
  oneOf("_ . .. %2e %2E. .%2e %2F \\ %5c %00 %0a %7F %C2%9f \u00C2\u0080 \u0080 % %4 %g0 %25 %252e %23 %3f"),
  oneOf("%c0%ae %ed%a0%80 %f4%90%80%80 %E2%82 %A9 ? ?/ # * \n \u007F \u0100"),
  fc.constant(" "),
);
const ordinary = fc.tuple(name, ending).map(([name, ending]) => name + ending);
const segment = fc.oneof(
  { weight: 6, arbitrary: ordinary },
  { weight: 1, arbitrary: oddity },
  { weight: 1, arbitrary: fc.tuple(ordinary, oddity).map((parts) => parts.join("")) },
);
const start = fc.oneof(
  oneOf("/ / / /static/ /static /a/%C3%A9/ // _ *"),
  oneOf("http://host/ HTTPS://HOST/ http://host:80 http://host? http:/// ftp://host/ http://host:80/static/"),
);
const target = fc
  .tuple(start, fc.array(segment, { maxLength: 5 }), fc.constantFrom("", "", "/", "?a=%zz", "/?a#b"))
  .map(([start, segments, end]) => start + segments.join("/") + end);

test("parseTarget answers as the model does", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(target, policies, (target, policy) => {
      const expected = model(target, policy);
      seen.add(expected.kind === "refused" ? `${expected.status}` : expected.kind);
      expect(parseTarget(target, policy)).toMatchObject(expected);
    }),
    { numRuns: 20_000 },
  );
  expect([...seen].toSorted()).toEqual(["400", "404", "asterisk", "outside", "path"]);
});

test("parseTarget answers as the model does, whatever the characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii", maxLength: 30 }), policies, (text, policy) => {
      expect(parseTarget(`/${text}`, policy)).toMatchObject(model(`/${text}`, policy));
    }),
    { numRuns: 5000 },
  );
});
