import { TestRunner } from "vitest";

/**
 * Ends the running test because this machine can't run it, and says so. In CI nothing may be left untested in silence:
 * there it fails.
 */
export function skipAloud(reason: string): never {
  if (process.env["CI"] === "true")
    throw new Error(`In CI no test is skipped, but this one can't run: ${reason}`);
  console.warn(`skipped: ${reason}`);
  TestRunner.getCurrentTest()?.context.skip(reason);
  throw new Error("skipAloud() is called while a test runs.");
}
