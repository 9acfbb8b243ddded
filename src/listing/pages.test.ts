import { describe, expect, it } from "vitest";
import { Pages } from "./pages.ts";

/** Pages on a clock that is set by hand, each telling which one made it is. */
class Making {
  now = 0;
  count = 0;
  readonly pages = new Pages<number>(() => this.now);

  /** Asks for a page that would take so many milliseconds to make. */
  ask(key: string, cost: number): Promise<number> {
    return this.pages.get(key, () => {
      this.now += cost;
      return Promise.resolve(++this.count);
    });
  }
}

describe("pages", () => {
  it("are used again for ten times as long as they took", async () => {
    const making = new Making();
    expect(await making.ask("a", 100)).toBe(1);
    making.now += 999;
    expect(await making.ask("a", 100)).toBe(1);
    making.now += 1;
    expect(await making.ask("a", 100)).toBe(2);
  });

  it("are used for 10 s at most", async () => {
    const making = new Making();
    await making.ask("a", 60_000);
    making.now += 9999;
    expect(await making.ask("a", 0)).toBe(1);
    making.now += 1;
    expect(await making.ask("a", 0)).toBe(2);
  });

  it("are made anew each time where they cost nothing", async () => {
    const making = new Making();
    expect([await making.ask("a", 0), await making.ask("a", 0)]).toEqual([1, 2]);
  });

  it("are shared by all who ask at the same time", async () => {
    const making = new Making();
    const all = await Promise.all(Array.from({ length: 100 }, () => making.ask("a", 0)));
    expect(new Set(all)).toEqual(new Set([1]));
  });

  it("are no more than 32: the one made first is forgotten first", async () => {
    const making = new Making();
    // Each takes a little less than the one before, so that all are still good when the last is made.
    for (let index = 0; index <= 32; index++) await making.ask(String(index), 1000 * 0.9 ** index);
    expect(await making.ask("1", 0)).toBe(2);
    expect(await making.ask("0", 0)).toBe(34);
  });

  it("don't remember a failure, and tell it to all who share it", async () => {
    const making = new Making();
    const fail = (): Promise<number> => {
      making.now += 100;
      return Promise.reject(new Error("busy"));
    };
    const failed = await Promise.allSettled([making.pages.get("a", fail), making.pages.get("a", fail)]);
    expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(making.now).toBe(100);
    expect(await making.ask("a", 1)).toBe(1);
  });

  it("are made two at a time, and the wait for a turn isn't their cost", async () => {
    const making = new Making();
    const ends: (() => void)[] = [];
    const asked = ["a", "b", "c"].map((key) =>
      making.pages.get(key, async () => {
        await new Promise<void>((resolve) => ends.push(resolve));
        return ++making.count;
      }),
    );
    await new Promise(setImmediate);
    expect(ends).toHaveLength(2);
    making.now += 1000;
    ends[0]?.();
    await asked[0];
    await new Promise(setImmediate);
    expect(ends).toHaveLength(3);
    ends[1]?.();
    ends[2]?.();
    await Promise.all(asked);
    // The third took no time of its own.
    const before = making.count;
    expect(await making.ask("a", 0)).toBe(1);
    expect(await making.ask("c", 0)).toBe(before + 1);
  });
});
