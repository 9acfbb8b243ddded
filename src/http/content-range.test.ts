import { describe, expect, it } from "vitest";
import { formatContentRange, formatUnsatisfiedRange } from "./content-range.ts";

describe("formatContentRange", () => {
  it("writes the positions of the first and the last byte, and the complete length", () => {
    expect(formatContentRange(0, 4, 1000)).toBe("bytes 0-4/1000");
    const max = Number.MAX_SAFE_INTEGER;
    expect(formatContentRange(0, max - 1, max)).toBe("bytes 0-9007199254740990/9007199254740991");
  });
});

describe("formatUnsatisfiedRange", () => {
  it("writes the complete length alone", () => {
    expect(formatUnsatisfiedRange(1000)).toBe("bytes */1000");
    expect(formatUnsatisfiedRange(0)).toBe("bytes */0");
  });
});
