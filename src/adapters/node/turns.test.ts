import { expect, it } from "vitest";
import { nextTurn } from "./turns.ts";

it("gives each its turn, in order, and lets other things happen in between", async () => {
  const happened: string[] = [];
  const taking = async (name: number): Promise<void> => {
    for (let turn = 0; turn < 2; turn++) {
      await nextTurn();
      happened.push(`${name}`);
    }
  };
  let passes = 0;
  const count = (): void => {
    passes += 1;
    happened.push("other");
    if (passes < 20) setImmediate(count);
  };
  setImmediate(count);
  await Promise.all(Array.from({ length: 20 }, (_, name) => taking(name)));
  const names = Array.from({ length: 20 }, (_, name) => String(name));
  expect(happened.filter((what) => what !== "other")).toEqual([...names, ...names]);
  const most = happened
    .join(" ")
    .split("other")
    .map((turns) => turns.trim().split(" ").length);
  expect(Math.max(...most)).toBeLessThanOrEqual(8);
});
