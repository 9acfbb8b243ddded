import { describe, expect, test } from "vitest";
import { toOriginForm } from "./origin-form.ts";

describe("toOriginForm", () => {
  test.each([
    ["/", "/"],
    ["/a?b", "/a?b"],
    ["//host/a", "//host/a"],
    ["http://host/a?b", "/a?b"],
    ["https://host/a", "/a"],
    ["HTTPS://HOST/a", "/a"],
    ["http://host", "/"],
    ["http://host/", "/"],
    ["http://host?b", "/?b"],
    ["http://host:8080/a", "/a"],
    ["http://host:/a", "/a"],
    ["http://127.0.0.1:80/a", "/a"],
    ["http://a-b_c.example.:80/a", "/a"],
    ["http://[::1]:80/a", "/a"],
    ["http://host/http://other/", "/http://other/"],
    ["http://host//a", "//a"],
  ])("%s is %s", (target, expected) => {
    expect(toOriginForm(target)).toBe(expected);
  });

  test.each([
    ["nothing", ""],
    ["a relative reference", "a/b"],
    ["a query alone", "?a"],
    ["authority-form", "host:443"],
    ["another scheme", "ftp://host/a"],
    ["a file", "file:///etc/passwd"],
    ["a scheme without authority", "http:/a"],
    ["a scheme with backslashes", "http:\\\\host\\a"],
    ["no host", "http:///a"],
    ["a port without a host", "http://:80/a"],
    ["userinfo", "http://user@host/a"],
    ["a port that is no number", "http://host:port/a"],
    ["two ports", "http://host:80:80/a"],
    ["an address without its bracket", "http://[::1/a"],
    ["a backslash in the host", "http://host\\@other/a"],
    ["a raw byte in the host", "http://h\u00E9/a"],
    ["more than an asterisk", "*/a"],
    // Where Node's url.parse ends the host, and the path begins.
    ...[
      ";",
      "%2f",
      "%61",
      "'",
      '"',
      "*",
      "!",
      "(",
      ")",
      "$",
      "&",
      "=",
      ",",
      "~",
      "+",
      "|",
      "^",
      "`",
      "{",
      "}",
      "<",
      ">",
    ].map((character): string[] => [`a host with ${character}`, `http://h${character}x/admin/a`]),
  ])("refuses %s: %s", (_, target) => {
    expect(toOriginForm(target)).toBeUndefined();
  });
});
