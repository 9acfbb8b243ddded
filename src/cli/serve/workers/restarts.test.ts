import { describe, expect, test } from "vitest";
import { MOST_EARLY, MOST_UNREADY, type Restart, Restarts } from "./restarts.ts";

function afterAll(...served: readonly (number | undefined)[]): readonly Restart[] {
  const restarts = new Restarts();
  return served.map((each) => restarts.after(each));
}

test("a worker that has served is replaced at once", () => {
  expect(afterAll(1_000, 5_000, 1_000)).toEqual([{ pause: 0 }, { pause: 0 }, { pause: 0 }]);
});

describe("workers that never serve", () => {
  test("are replaced after pauses that double, and then no more", () => {
    const restarts = afterAll(...Array<undefined>(MOST_UNREADY));
    expect(restarts.slice(0, -1)).toEqual([0, 100, 200, 400, 800, 1_000].map((pause) => ({ pause })));
    expect(restarts.at(-1)).toEqual({ problem: "7 workers in a row ended before they could serve" });
  });

  test("are no loop where one in between serves", () => {
    const row = Array<undefined>(MOST_UNREADY - 1);
    expect(afterAll(...row, 1_000, ...row).at(-1)).toEqual({ pause: 1_000 });
  });
});

test("workers that serve for less than a second have more attempts", () => {
  const restarts = afterAll(...Array<number>(MOST_EARLY).fill(999));
  expect(restarts.at(-2)).toEqual({ pause: 1_000 });
  expect(restarts.at(-1)).toEqual({ problem: "20 workers in a row ended within a second" });
});
