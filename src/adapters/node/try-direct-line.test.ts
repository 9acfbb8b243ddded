import { expect, it } from "vitest";
import { isDirectLineUnderstood } from "./try-direct-line.ts";

it("finds a direct line on Linux, and asks once", async () => {
  const first = isDirectLineUnderstood();
  expect(isDirectLineUnderstood()).toBe(first);
  expect(await first).toBe(process.platform === "linux");
});
