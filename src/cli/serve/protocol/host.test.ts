import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isHost } from "./host.ts";

describe("the value of a Host field", () => {
  test.each([
    "",
    "localhost:3000",
    "EXAMPLE.com:",
    "127.0.0.1:65535",
    "my_host-1.example.",
    "[::1]",
    "[::1]:8080",
    "[fe80::1%eth0]:80",
    "[fe80::1%25eth0]",
  ])("%j is one", (value) => expect(isHost(value)).toBe(true));

  test.each([
    "a b",
    "a, a",
    "a/b",
    "http://a",
    "user@a",
    "a:b",
    "a:80:80",
    "a:-1",
    "a?b",
    "a%20b",
    "a%eth0",
    "::1",
    "[::1",
    "[::1]a",
    "[%eth0]",
    "[a%eth0]b",
    "b\u00fccher.example",
    "a\tb",
  ])("%j is none", (value) => expect(isHost(value)).toBe(false));

  test("the host of every URL is one", () => {
    const authoritySettings = { withPort: true, withIPv4: true, withIPv6: true };
    fc.assert(
      fc.property(fc.webUrl({ authoritySettings }), (url) => {
        expect(isHost(new URL(url).host)).toBe(true);
      }),
    );
  });

  test("no value that is one ends the authority of a URL", () => {
    const character = fc.constantFrom(
      "a",
      "1",
      ".",
      ":",
      "/",
      "?",
      "#",
      "@",
      "[",
      "]",
      "%",
      "\\",
      " ",
      ",",
      "\t",
      "\u00fc",
    );
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 12 }), (value) => {
        if (isHost(value)) expect(value).not.toMatch(/[/?#@\\\s]/);
      }),
    );
  });
});
