import { setImmediate } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { Lines } from "./lines.ts";
import type { Batch } from "./messages.ts";

let batches: Batch[];
let lines: Lines;

beforeEach(() => {
  batches = [];
  lines = new Lines((batch) => batches.push(batch));
});

describe("lines", () => {
  test("of one turn of the event loop are one batch", async () => {
    lines.stdout.write("a\n");
    lines.stderr.write("b\n");
    lines.stdout.write("c\n");
    expect(batches).toEqual([]);
    await setImmediate();
    expect(batches).toEqual([{ stdout: "a\nc\n", stderr: "b\n", lost: 0 }]);
  });

  test("wait while a batch is being written", async () => {
    lines.stdout.write("a\n");
    await setImmediate();
    lines.stdout.write("b\n");
    await setImmediate();
    lines.stdout.write("c\n");
    await setImmediate();
    expect(batches).toHaveLength(1);
    lines.written();
    await setImmediate();
    expect(batches.slice(1)).toEqual([{ stdout: "b\nc\n", stderr: "", lost: 0 }]);
  });

  test("that nobody reads are lost beyond a mebibyte, and counted", async () => {
    const line = `${"a".repeat(1023)}\n`;
    for (let count = 0; count < 1030; count++) lines.stdout.write(line);
    await setImmediate();
    expect(batches[0]).toMatchObject({ lost: 6 });
    expect(batches[0]?.stdout.length).toBe(1 << 20);
    lines.written();
    lines.stdout.write(line);
    await setImmediate();
    expect(batches[1]).toEqual({ stdout: line, stderr: "", lost: 0 });
  });
});

describe("all lines are written", () => {
  test("at once, where there are none", async () => {
    await expect(lines.allWritten()).resolves.toBeUndefined();
  });

  test("when the last batch is", async () => {
    lines.stdout.write("a\n");
    let isWritten = false;
    void lines.allWritten().then(() => (isWritten = true));
    await setImmediate();
    lines.stdout.write("b\n");
    lines.written();
    await setImmediate();
    expect({ isWritten, count: batches.length }).toEqual({ isWritten: false, count: 2 });
    lines.written();
    await setImmediate();
    expect(isWritten).toBe(true);
  });
});
