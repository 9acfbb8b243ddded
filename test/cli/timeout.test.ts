import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import {
  afterwards,
  type Command,
  contentOf,
  read,
  serve,
  settledDescriptors,
  untilDescriptors,
} from "./command.ts";
import { beginDownload, beginDownloads, folderWithLarge, LARGE, open } from "./downloads.ts";

let command: Command;
let url: URL;
let before: number;

beforeEach(async () => {
  command = serve(await folderWithLarge(), "--timeout", "1");
  url = await command.url();
  before = await settledDescriptors(command);
});

/** Milliseconds until the server has closed a connection. */
async function closedAfter(socket: Socket): Promise<number> {
  const start = performance.now();
  await new Promise((resolve) => socket.on("close", resolve).resume());
  return performance.now() - start;
}

/** On the most loaded machine; without the flag a client has half a minute for its head. Milliseconds. */
const SOON = 20_000;

describe("--timeout 1", () => {
  test("cuts a reader that stalls, and leaves no descriptor", async () => {
    const start = performance.now();
    await beginDownloads(url, 5);
    expect(await command.linesLike(/large.*aborted$/, 5)).toHaveLength(5);
    expect(performance.now() - start).toBeGreaterThan(950);
    expect(performance.now() - start).toBeLessThan(SOON);
    await untilDescriptors(command, before);
  });

  test("cuts a reader that stalls in the middle", async () => {
    const socket = await beginDownload(url);
    let received = 0;
    await new Promise<void>((resolve) => {
      socket.on("data", (chunk) => {
        received += chunk.length;
        if (received > 8 << 20) resolve();
      });
    });
    socket.pause();
    await command.line(/large.*aborted$/);
    await untilDescriptors(command, before);
  });

  // Bytes in each 50 ms. The slowest leaves the system's own buffers unmoved for longer than a second. Nobody is steady whom
  // a loaded machine holds up for as long: then it is tried again.
  test.each([8 << 10, 16 << 10, 64 << 10, 256 << 10])(
    "leaves one that reads %i bytes, steadily",
    { retry: 2 },
    async (step) => {
      const socket = await beginDownload(url, "Connection: close");
      const taken: Buffer[] = [];
      socket.on("readable", () => undefined);
      for (const end = performance.now() + 6_000; performance.now() < end; await delay(50)) {
        const chunk: Buffer | null = socket.read(Math.min(step, socket.readableLength));
        if (chunk !== null) taken.push(chunk);
      }
      expect(command.stdout).not.toContain("aborted");
      socket.removeAllListeners("readable");
      const answer = Buffer.concat([...taken, await read(socket)]);
      expect(contentOf(answer).equals(LARGE)).toBe(true);
    },
  );

  test("cuts a connection that says nothing", async () => {
    expect(await closedAfter(open(url))).toBeLessThan(SOON);
    await untilDescriptors(command, before);
  });

  test("cuts a head that comes byte by byte", async () => {
    const socket = open(url, "GET /a.txt HTTP/1.1", "Host: a");
    const drip = setInterval(() => socket.write("X"), 100);
    afterwards(() => clearInterval(drip));
    expect(await closedAfter(socket)).toBeLessThan(SOON);
    await untilDescriptors(command, before);
  });

  test("cuts content of a request that comes byte by byte", async () => {
    const socket = open(url, "POST /a.txt HTTP/1.1", "Host: a", "Content-Length: 1000000", "", "");
    const drip = setInterval(() => socket.write("X"), 100);
    afterwards(() => clearInterval(drip));
    expect(await closedAfter(socket)).toBeLessThan(SOON);
    await untilDescriptors(command, before);
  });

  test("closes a connection that is kept alive for nothing", async () => {
    const socket = open(url, "GET /a.txt HTTP/1.1", "Host: a", "");
    // Without the flag it would be 5 s.
    expect(await closedAfter(socket)).toBeLessThan(4_500);
    await untilDescriptors(command, before);
  });
});
