import { createHash, randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { Agent, get, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { afterwards, folder, read, serve, until } from "./command.ts";

/** More than the buffers of a connection hold. */
const LARGE = randomBytes(24 << 20);
const SMALL = randomBytes(48 << 10);

/** Sooner than an idle connection is closed by itself, which is after 5 s. Milliseconds. */
const KEPT_ALIVE = 4_500;

/** What the server says that a second signal does. */
const WAYS_OUT = {
  SIGTERM: "a second SIGTERM stops it now",
  SIGINT: "press Ctrl-C again to stop now",
} as const;

let dir: string;

beforeEach(async () => {
  dir = await folder();
  await writeFile(join(dir, "large"), LARGE);
  await writeFile(join(dir, "small"), SMALL);
});

function digest(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Begins a request and waits for its head. */
function begin(url: URL, path: string, agent?: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(new URL(path, url), agent ? { agent } : { agent: false }, resolve).on("error", reject);
  });
}

function isRefused(url: URL): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket: Socket = connect(Number(url.port), "127.0.0.1", () => {
      socket.destroy();
      resolve(undefined);
    }).on("error", () => resolve(true));
  });
}

function untilRefused(url: URL): Promise<true> {
  return until(
    () => isRefused(url),
    () => "a refused connection",
  );
}

describe.each(["SIGTERM", "SIGINT"] as const)("%s", (signal) => {
  test("lets a download finish, byte for byte, takes no other, and exits with 0", async () => {
    const command = serve(dir);
    const url = await command.url();
    const response = await begin(url, "/large");
    command.child.kill(signal);
    await untilRefused(url);
    await delay(300);
    expect(digest(await read(response))).toBe(digest(LARGE));
    expect(await command.ended).toEqual({ code: 0, signal: null });
    expect(command.lines.at(-1)).toMatch(/^GET \/large 200 25165824 bytes .* full$/);
    expect(command.stderr).toBe(`waiting up to 10 s for 1 request to finish; ${WAYS_OUT[signal]}\n`);
  });

  test("ends an idle server at once", async () => {
    const command = serve(dir);
    const url = await command.url();
    const agent = new Agent({ keepAlive: true });
    afterwards(() => agent.destroy());
    await read(await begin(url, "/small", agent));
    const waiting = connect(Number(url.port), "127.0.0.1").on("error", () => undefined);
    await new Promise((resolve) => waiting.once("connect", resolve));
    const told = performance.now();
    command.child.kill(signal);
    expect(await command.ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - told).toBeLessThan(KEPT_ALIVE);
    expect(command.stderr).toBe("");
  });
});

test("with --json, what it waits for is a line of JSON", async () => {
  const command = serve(dir, "--json");
  const url = new URL(/http:[^\s"]+/.exec(await command.line(/serving/))![0]);
  const responses = await Promise.all([begin(url, "/large"), begin(url, "/large")]);
  command.child.kill("SIGINT");
  await command.complaint(/\n$/);
  expect(JSON.parse(command.stderr)).toMatchObject({
    level: 40,
    msg: "waiting up to 10 s for 2 requests to finish; press Ctrl-C again to stop now",
  });
  for (const response of responses) expect(digest(await read(response))).toBe(digest(LARGE));
  expect((await command.ended).code).toBe(0);
});

test("an idle connection is closed while another is still being answered", async () => {
  const command = serve(dir);
  const url = await command.url();
  const idle = connect(Number(url.port), "127.0.0.1");
  idle.write("HEAD /small HTTP/1.1\r\nHost: a\r\n\r\n");
  await new Promise((resolve) => idle.once("data", resolve));
  const response = await begin(url, "/large");
  command.child.kill("SIGTERM");
  await new Promise((resolve) => idle.on("close", resolve));
  expect(digest(await read(response))).toBe(digest(LARGE));
  expect((await command.ended).code).toBe(0);
});

test("a connection that was kept alive is closed after the answer that was under way", async () => {
  const command = serve(dir);
  const url = await command.url();
  const agent = new Agent({ keepAlive: true });
  afterwards(() => agent.destroy());
  const response = await begin(url, "/large", agent);
  command.child.kill("SIGTERM");
  await untilRefused(url);
  const content = await read(response);
  const answered = performance.now();
  expect((await command.ended).code).toBe(0);
  expect(performance.now() - answered).toBeLessThan(KEPT_ALIVE);
  expect(digest(content)).toBe(digest(LARGE));
});

test("answers that wait in a pipeline are sent to their end", async () => {
  const command = serve(dir, "--quiet");
  const url = await command.url();
  const count = 300;
  const socket = connect(Number(url.port), "127.0.0.1");
  socket.write("GET /small HTTP/1.1\r\nHost: a\r\n\r\n".repeat(count));
  await new Promise((resolve) => socket.once("readable", resolve));
  await delay(500);
  command.child.kill("SIGTERM");
  await untilRefused(url);
  await delay(200);
  expect((await read(socket)).length).toBeGreaterThan(count * SMALL.length);
  expect((await command.ended).code).toBe(0);
});

test("a reader that doesn't come to its end is cut after 10 s", async () => {
  const command = serve(dir);
  const url = await command.url();
  const response = await begin(url, "/large");
  response.on("error", () => undefined);
  const told = performance.now();
  command.child.kill("SIGTERM");
  expect(await command.ended).toEqual({ code: 0, signal: null });
  expect(performance.now() - told).toBeGreaterThan(9_500);
  expect(performance.now() - told).toBeLessThan(20_000);
  expect(command.lines.at(-1)).toMatch(/aborted$/);
});

describe("a second signal ends it at once", () => {
  test.each([
    ["SIGTERM", "SIGTERM", 143],
    ["SIGINT", "SIGINT", 130],
    ["SIGTERM", "SIGINT", 130],
  ] as const)("%s, %s: %i", async (first, second, code) => {
    const command = serve(dir);
    const url = await command.url();
    const response = await begin(url, "/large");
    response.on("error", () => undefined);
    command.child.kill(first);
    await untilRefused(url);
    await delay(100);
    command.child.kill(second);
    expect(await command.ended).toEqual({ code, signal: null });
  });

  // A loaded machine may hold up the second for so long that it is another: then it is tried again.
  test("but the same one told twice, as `npm start` does with Ctrl-C, is one", { retry: 3 }, async () => {
    const command = serve(dir);
    const url = await command.url();
    const response = await begin(url, "/large");
    command.child.kill("SIGINT");
    await delay(5);
    command.child.kill("SIGINT");
    await untilRefused(url);
    expect(digest(await read(response))).toBe(digest(LARGE));
    expect(await command.ended).toEqual({ code: 0, signal: null });
  });
});
