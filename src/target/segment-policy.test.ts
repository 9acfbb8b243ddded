import { describe, expect, test } from "vitest";
import { nameRefusal, segmentMalformation, segmentRefusal, type SegmentPolicy } from "./segment-policy.ts";

const lax: SegmentPolicy = { dotfiles: "serve", windows: false, portableNames: false };
const hiding: SegmentPolicy = { ...lax, dotfiles: "hide" };
const portable: SegmentPolicy = { ...lax, portableNames: true };
const windows: SegmentPolicy = { ...lax, windows: true };
const strictest: SegmentPolicy = { dotfiles: "hide", windows: true, portableNames: true };

const controls = [...Array(0xa0).keys()]
  .filter((code) => code < 0x20 || code >= 0x7f)
  .map((code) => String.fromCharCode(code));

describe("segmentMalformation", () => {
  test.each(["", ".", "..", "a/b", "/", "a\\b", "\\", "..\\x", "\uD800", "a\uDC00"])(
    "refuses %j",
    (segment) => {
      expect(segmentMalformation(segment)).toBeTypeOf("string");
    },
  );

  test("refuses every control character, wherever it stands", () => {
    const accepted = controls.filter((control) =>
      [control, `a${control}`, `${control}a`].some((name) => segmentMalformation(name) === undefined),
    );
    expect(controls).toHaveLength(65);
    expect(accepted).toEqual([]);
  });

  test.each([
    "...",
    ".a",
    "a.",
    " ",
    "~",
    "a%2fb",
    "é",
    "\u00A0",
    "\u2028",
    "😀",
    "\u202E",
    "\uFEFF",
    "\uFFFD",
  ])("has nothing against %j", (segment) => {
    expect(segmentMalformation(segment)).toBeUndefined();
  });
});

describe("nameRefusal", () => {
  test.each([".env", ".git", "...", ".well-known", ".a.txt"])(
    "hides %j, unless dotfiles are served",
    (name) => {
      expect(nameRefusal(name, hiding)).toBe("a dotfile");
      expect(nameRefusal(name, lax)).toBeUndefined();
    },
  );

  test.each(["a.b", "a.", "_.", "\u2024git"])("%j is no dotfile", (name) => {
    expect(nameRefusal(name, hiding)).toBeUndefined();
  });

  test.each([
    ["a".repeat(255), true],
    ["a".repeat(256), false],
    [`${"é".repeat(127)}a`, true],
    ["é".repeat(128), false],
    ["€".repeat(85), true],
    [`${"€".repeat(85)}a`, false],
    [`${"😀".repeat(63)}abc`, true],
    ["😀".repeat(64), false],
  ])("%s: within 255 bytes is %s", (name, served) => {
    expect(nameRefusal(name, lax) === undefined).toBe(served);
  });

  const devices = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"].concat(
    ["COM", "LPT"].flatMap((port) => Array.from("0123456789¹²³").map((digit) => port + digit)),
  );

  test.each(devices)("%s is a device, in any case and with any extension", (device) => {
    const spellings = [device, device.toLowerCase(), device.slice(0, 1) + device.slice(1).toLowerCase()];
    const endings = ["", ".txt", ".tar.gz", " .txt", "   .txt", "  ", "."];
    const names = spellings.flatMap((spelling) => endings.map((ending) => spelling + ending));
    expect(names.filter((name) => nameRefusal(name, portable) === undefined)).toEqual([]);
    expect(names.filter((name) => nameRefusal(name, lax) !== undefined)).toEqual([]);
  });

  test.each([
    ["a stream's data", "page.php::$DATA"],
    ["a stream's data", "page.php::$data"],
    ["a stream of its own", "a.txt:hidden:$DATA"],
    ["a folder's index", "dir:$I30:$INDEX_ALLOCATION"],
    ["a folder's index", "dir::$INDEX_ALLOCATION"],
    ["a stream at the start", ":$I30"],
    ["the default stream", "a::"],
    ["a stream behind a line separator", "a:\u2028$DATA"],
    ["a short name", "PROGRA~1"],
    ["a short name", "progra~1"],
    ["a short name", "LONGNA~1.TXT"],
    ["a short name", "LONGN~10.TXT"],
    ["a short name", "A~1.B"],
    ["a short name", "GIT~1"],
    ["a short name", "~1"],
    ["a short name beyond ASCII", "ÉTÉ~1.TXT"],
    ["a trailing dot", "web.config."],
    ["a trailing space", "web.config "],
    ["trailing dots and spaces", "a. . "],
  ])("%s is not portable: %j", (_, name) => {
    expect(nameRefusal(name, portable)).toBeTypeOf("string");
    expect(nameRefusal(name, windows)).toBeTypeOf("string");
    expect(nameRefusal(name, lax)).toBeUndefined();
  });

  test.each([
    "console",
    "con-1",
    "icon",
    "CONS",
    "CON1",
    "COM",
    "COM10",
    "com⁴",
    "LPT.1",
    "auxiliary.js",
    "null",
    " CON",
    "CON x",
    "a.CON",
    "a~b",
    "notes~",
    "~user",
    "LONGNAM~1",
    "PROGRA~1x",
    "a~1.html",
    "a~1.b.c",
    "a.b~1",
    "ab~cd.txt",
    "$RECYCLE",
    "price$",
    " a",
    "a .txt",
  ])("%j is an ordinary name everywhere", (name) => {
    expect(nameRefusal(name, portable)).toBeUndefined();
    expect(nameRefusal(name, windows)).toBeUndefined();
  });

  test.each(["12:30.txt", "a:b", "$a:b", ":", 'a"', "a<b", "a>b", "a|b", "a?", "a*", "CON:"])(
    "%j is refused for Windows alone",
    (name) => {
      expect(nameRefusal(name, windows)).toBeTypeOf("string");
      expect(nameRefusal(name, portable)).toBeUndefined();
    },
  );
});

describe("segmentRefusal", () => {
  test("is either's", () => {
    expect(segmentRefusal("a\\b", lax)).toBe(segmentMalformation("a\\b"));
    expect(segmentRefusal(".a", hiding)).toBe(nameRefusal(".a", hiding));
    expect(segmentRefusal("sp ace, 100%.txt", strictest)).toBeUndefined();
  });
});
