import { afterEach, describe, expect, it, vi } from "vitest";
import { stet } from "./stet.ts";
import { wayOfLarge } from "./way-of-large.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe("STET_LARGE", () => {
  it.each(["stream", "copy", "zero-copy"])("%s is a way", (way) => {
    vi.stubEnv("STET_LARGE", way);
    expect(wayOfLarge()).toBe(way);
  });

  it.each([undefined, ""])("%j leaves the choice to stet", (value) => {
    vi.stubEnv("STET_LARGE", value);
    expect(wayOfLarge()).toBeUndefined();
  });

  it.each(["sendfile", "Copy", " copy", "zero_copy", "0", "toString"])("%j is told at once", (value) => {
    vi.stubEnv("STET_LARGE", value);
    const words = `STET_LARGE is "stream" or "copy" or "zero-copy", not ${JSON.stringify(value)}: unset it`;
    expect(() => stet(".")).toThrow(TypeError);
    expect(() => stet(".")).toThrow(words);
  });

  it("isn't read under Deno, which would ask for a permission", () => {
    vi.stubGlobal("Deno", {});
    vi.stubGlobal("process", {
      get env() {
        throw new Error("NotCapable");
      },
    });
    expect(wayOfLarge()).toBeUndefined();
  });

  it("means nothing where no environment is", () => {
    vi.stubGlobal("process", undefined);
    expect(wayOfLarge()).toBeUndefined();
  });
});
