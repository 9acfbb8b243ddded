import { onTestFinished, vi } from "vitest";

/** Lets no time pass, for a server in this process, until the test is over: what was written just now stays so. */
export function stopTheClock(): void {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
}
