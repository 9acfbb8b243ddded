import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatPartHead, formatPartsEnd } from "./multipart-byteranges.ts";

describe("formatPartHead", () => {
  it("writes the boundary, the fields and a blank line", () => {
    expect(formatPartHead("B", "text/plain", 0, 4, 1000)).toBe(
      "\r\n--B\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-4/1000\r\n\r\n",
    );
  });

  it("leaves out a type that isn't known", () => {
    expect(formatPartHead("B", undefined, 0, 4, 1000)).toBe(
      "\r\n--B\r\nContent-Range: bytes 0-4/1000\r\n\r\n",
    );
  });
});

describe("formatPartsEnd", () => {
  it("closes what the heads opened", async () => {
    const body = `${formatPartHead("B", "text/plain", 0, 0, 2)}a${formatPartHead("B", "text/plain", 1, 1, 2)}b${formatPartsEnd("B")}`;
    expect(body.split("\r\n--B").map((part) => part.split("\r\n\r\n").at(-1))).toEqual([
      "",
      "a",
      "b",
      "--\r\n",
    ]);
  });

  it("lets the parts be found again", () => {
    const part = fc.string({ unit: fc.constantFrom("a", "\r", "\n", "-") });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), (parts) => {
        const heads = parts.map((part) =>
          formatPartHead("BOUNDARY", undefined, 0, part.length, part.length + 1),
        );
        const body = parts.map((part, index) => heads[index] + part).join("") + formatPartsEnd("BOUNDARY");
        const found = body.split("\r\n--BOUNDARY").slice(1, -1);
        expect(found.map((part) => part.slice(part.indexOf("\r\n\r\n") + 4))).toEqual(parts);
      }),
    );
  });
});
