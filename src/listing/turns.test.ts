import { describe, expect, it } from "vitest";
import { Turns } from "./turns.ts";

describe("turns", () => {
  it("are taken in order, no more than so many at once", async () => {
    const turns = new Turns(2);
    const begun: number[] = [];
    let active = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        turns.take(async () => {
          begun.push(index);
          most = Math.max(most, ++active);
          await new Promise(setImmediate);
          active--;
        }),
      ),
    );
    expect(most).toBe(2);
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("are given back by work that fails", async () => {
    const turns = new Turns(1);
    const failing = turns.take(() => Promise.reject(new Error("failed")));
    const next = turns.take(() => Promise.resolve("next"));
    await expect(failing).rejects.toThrow("failed");
    expect(await next).toBe("next");
    expect(await turns.take(() => Promise.resolve("last"))).toBe("last");
  });
});
