import { describe, expect, it } from "vitest";
import { isAuthority } from "./authority.ts";

describe("isAuthority", () => {
  it.each([
    "example.com",
    "EXAMPLE.com:8080",
    "localhost:",
    "127.0.0.1:80",
    "[::1]",
    "[::ffff:127.0.0.1]:8080",
    "xn--bcher-kva.example",
    "my_service",
  ])("takes %s", (text) => {
    expect(isAuthority(text)).toBe(true);
  });

  it.each([
    "",
    ":",
    ":80",
    "a b",
    "a/b",
    "a\\b",
    "a?b",
    "a#b",
    "a@b",
    "a:b",
    "a:80:80",
    "a, b",
    "a;b",
    "a%20b",
    "a'b",
    "<a>",
    "[::1",
    "::1",
    "é",
    "a\n",
    " a",
  ])("refuses %j", (text) => {
    expect(isAuthority(text)).toBe(false);
  });
});
