import { TestRunner } from "vitest";

/**
 * Ends the running test because this machine can't run it, and says so. In CI nothing may be left untested in silence:
 * there it fails.
 */
export function skipAloud(reason: string): never {
  if (process.env["CI"] === "true")
    throw new Error(`In CI no test is skipped, but this one can't run: ${reason}`);
  const test = TestRunner.getCurrentTest();
  console.warn(`SKIPPED: ${test?.name}: ${reason}`);
  test?.context.skip(reason);
  throw new Error("skipAloud() is called while a test runs.");
}
