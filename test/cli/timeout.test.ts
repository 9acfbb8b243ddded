import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import {
  afterwards,
  type Command,
  contentOf,
  countDescriptors,
  folder,
  read,
  serve,
  until,
} from "./command.ts";

const LARGE = randomBytes(24 << 20);

let dir: string;
let command: Command;
let url: URL;
let before: number;

beforeEach(async () => {
  dir = await folder();
  await writeFile(join(dir, "large"), LARGE);
  await writeFile(join(dir, "small"), "small");
  command = serve(dir, "--timeout", "1");
  url = await command.url();
  before = await countDescriptors(command.pid);
});

function open(...lines: readonly string[]): Socket {
  const socket = connect(Number(url.port), "127.0.0.1").on("error", () => undefined);
  afterwards(() => socket.destroy());
  if (lines.length > 0) socket.write(`${lines.join("\r\n")}\r\n`);
  return socket;
}

/** Milliseconds until the server has closed a connection. */
async function closedAfter(socket: Socket): Promise<number> {
  const start = performance.now();
  await new Promise((resolve) => socket.on("close", resolve).resume());
  return performance.now() - start;
}

async function untilNothingIsLeft(): Promise<void> {
  await until(
    async () => ((await countDescriptors(command.pid)) === before ? true : undefined),
    () => `${before} descriptors`,
  );
}

const GET_LARGE = ["GET /large HTTP/1.1", "Host: a", ""];

describe("--timeout 1", () => {
  test("cuts a reader that stalls, and leaves no descriptor", async () => {
    const start = performance.now();
    const sockets = Array.from({ length: 5 }, () => open(...GET_LARGE).pause());
    await until(
      async () => ((await countDescriptors(command.pid)) === before + 10 ? true : undefined),
      () => "10 descriptors more",
    );
    await untilNothingIsLeft();
    expect(performance.now() - start).toBeGreaterThan(950);
    expect(performance.now() - start).toBeLessThan(4_000);
    expect(command.lines.filter((line) => /large.*aborted$/.test(line))).toHaveLength(sockets.length);
  });

  test("cuts a reader that stalls in the middle", async () => {
    const socket = open(...GET_LARGE);
    let received = 0;
    await new Promise<void>((resolve) => {
      socket.on("data", (chunk) => {
        received += chunk.length;
        if (received > 8 << 20) resolve();
      });
    });
    socket.pause();
    await untilNothingIsLeft();
    expect(command.lines.at(-1)).toMatch(/large.*aborted$/);
  });

  // Bytes in each 50 ms. The slowest leaves the system's own buffers unmoved for longer than a second.
  test.each([8 << 10, 16 << 10, 64 << 10, 256 << 10])(
    "leaves one that reads %i bytes, steadily",
    async (step) => {
      const socket = open(...GET_LARGE.with(1, "Host: a\r\nConnection: close"));
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
    expect(await closedAfter(open())).toBeLessThan(3_000);
    await untilNothingIsLeft();
  });

  test("cuts a head that comes byte by byte", async () => {
    const socket = open("GET /small HTTP/1.1", "Host: a");
    const drip = setInterval(() => socket.write("X"), 100);
    afterwards(() => clearInterval(drip));
    expect(await closedAfter(socket)).toBeLessThan(4_000);
    await untilNothingIsLeft();
  });

  test("cuts content of a request that comes byte by byte", async () => {
    const socket = open("POST /small HTTP/1.1", "Host: a", "Content-Length: 1000000", "", "");
    const drip = setInterval(() => socket.write("X"), 100);
    afterwards(() => clearInterval(drip));
    expect(await closedAfter(socket)).toBeLessThan(4_000);
    await untilNothingIsLeft();
  });

  test("closes a connection that is kept alive for nothing", async () => {
    const socket = open("GET /small HTTP/1.1", "Host: a", "");
    expect(await closedAfter(socket)).toBeLessThan(3_000);
    await untilNothingIsLeft();
  });
});
