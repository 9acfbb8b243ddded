import { describe, expect, test } from "vitest";
import { Movement } from "./movement.ts";

const TIMEOUT = 10_000;

/** Something that has moved at each of these times, in milliseconds. */
function movedAt(...times: readonly number[]): Movement {
  const movement = new Movement(TIMEOUT, 0);
  for (const time of times) movement.isStalled(`moved at ${time}`, true, time);
  return movement;
}

describe("what is idle", () => {
  test("has stalled when the timeout is over", () => {
    const movement = movedAt(5_000);
    expect(movement.isStalled("moved at 5000", false, 14_999)).toBe(false);
    expect(movement.isStalled("moved at 5000", false, 15_000)).toBe(true);
  });
});

describe("a reader", () => {
  test("has stalled a second after the timeout", () => {
    const movement = movedAt(0);
    expect(movement.isStalled("moved at 0", true, 10_999)).toBe(false);
    expect(movement.isStalled("moved at 0", true, 11_000)).toBe(true);
  });

  test("may take twice as long for a step as for the one before", () => {
    const movement = movedAt(0, 8_000);
    expect(movement.isStalled("moved at 8000", true, 23_999)).toBe(false);
    expect(movement.isStalled("moved at 8000", true, 24_000)).toBe(true);
  });

  test("may never take more than four timeouts", () => {
    const movement = movedAt(0, 8_000, 23_000, 52_000);
    expect(movement.isStalled("moved at 52000", true, 91_999)).toBe(false);
    expect(movement.isStalled("moved at 52000", true, 92_000)).toBe(true);
  });

  test("hasn't stalled when something moves at last", () => {
    const movement = movedAt(0);
    expect(movement.isStalled("moved", true, 99_000)).toBe(false);
  });
});
