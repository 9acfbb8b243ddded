import { afterEach, expect, it, vi } from "vitest";
import { loadZeroCopy } from "./zero-copy.ts";

afterEach(() => {
  vi.doUnmock("koffi");
});

it("isn't there where koffi isn't: that is no failure", async () => {
  vi.doMock("koffi", () => {
    throw new Error("Cannot find package 'koffi'");
  });
  expect(await loadZeroCopy()).toBeUndefined();
});
