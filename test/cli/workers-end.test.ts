import { rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { Command, contentOf, read, request, until } from "./command.ts";
import { beginDownloads, folderWithLarge, LARGE, open } from "./downloads.ts";
import { ownerOf, serveWithWorkers, untilGone, untilWorkers, workersOf } from "./workers.ts";

/** What is under way has so long for its end; what isn't ends at once, however loaded the machine. Milliseconds. */
const GRACE = 9_500;

/** Runs before the command, and holds up a worker for ever. */
const HOLD = `
import { isWorker } from "node:cluster";
if (isWorker) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`;

let dir: string;

beforeEach(async () => {
  dir = await folderWithLarge();
});

function untilRefused(url: URL): Promise<true> {
  return until(
    () =>
      request(url, "/a.txt").then(
        () => undefined,
        (error: NodeJS.ErrnoException) => (error.code === "ECONNREFUSED" ? true : undefined),
      ),
    () => "a refused connection",
  );
}

/** A command in a process group of its own, as a terminal starts it. */
async function serveInGroup(): Promise<{ command: Command; url: URL }> {
  const args = ["serve", dir, "--port", "0", "--workers", "2"];
  const command = new Command(args, { detached: true });
  return { command, url: await command.url() };
}

describe.each(["SIGTERM", "SIGINT"] as const)("%s", (signal) => {
  test("lets the downloads of all workers finish, byte for byte, and exits with 0", async () => {
    const { command, url, workers } = await serveWithWorkers(dir, 2);
    const downloads = await beginDownloads(url, 4);
    const owners = await Promise.all(downloads.map((socket) => ownerOf(socket, workers)));
    expect(new Set(owners)).toEqual(new Set(workers));
    command.child.kill(signal);
    await untilRefused(url);
    await delay(300);
    for (const socket of downloads) expect(contentOf(await read(socket)).equals(LARGE)).toBe(true);
    expect(await command.ended).toEqual({ code: 0, signal: null });
    await untilGone(workers);
    expect(
      command.lines.filter((line) => /^GET \/large 200 25165824 bytes .* full$/.test(line)),
    ).toHaveLength(4);
    expect(command.stderr).toMatch(/^waiting up to 10 s for 4 requests to finish; [^\n]+\n$/);
  });

  test("that all processes of the group get, as from a terminal, does the same", async () => {
    const { command, url } = await serveInGroup();
    const downloads = await beginDownloads(url, 4);
    process.kill(-command.pid, signal);
    await untilRefused(url);
    for (const socket of downloads) expect(contentOf(await read(socket)).equals(LARGE)).toBe(true);
    expect(await command.ended).toEqual({ code: 0, signal: null });
    expect(command.stderr).toMatch(/^waiting up to 10 s for 4 requests to finish; [^\n]+\n$/);
  });

  test("ends idle workers at once", async () => {
    const { command, url, workers } = await serveWithWorkers(dir, 2);
    for (let count = 0; count < 4; count++) await request(url, "/a.txt");
    const idle = open(url);
    await new Promise((resolve) => idle.once("connect", resolve));
    await ownerOf(idle, workers);
    const told = performance.now();
    command.child.kill(signal);
    expect(await command.ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - told).toBeLessThan(GRACE);
    expect(command.stderr).toBe("");
    await untilGone(workers);
  });
});

describe("a drain", () => {
  test("cuts what hasn't come to its end after 10 s, and logs it", { tags: ["one-node"] }, async () => {
    const { command, url, workers } = await serveWithWorkers(dir, 2);
    await beginDownloads(url, 2);
    const told = performance.now();
    command.child.kill("SIGTERM");
    expect(await command.ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - told).toBeGreaterThan(GRACE);
    expect(performance.now() - told).toBeLessThan(2 * GRACE);
    expect(command.lines.filter((line) => /large.*aborted$/.test(line))).toHaveLength(2);
    await untilGone(workers);
  });

  test("replaces nobody, and goes on in the others", async () => {
    const { command, url, workers } = await serveWithWorkers(dir, 2);
    const downloads = await beginDownloads(url, 4);
    const owners = await Promise.all(downloads.map((socket) => ownerOf(socket, workers)));
    command.child.kill("SIGTERM");
    await untilRefused(url);
    process.kill(owners[0]!, "SIGKILL");
    const others = workers.filter((pid) => pid !== owners[0]);
    await untilWorkers(command, others.length, [owners[0]!]);
    await delay(500);
    expect(await workersOf(command)).toEqual(others);
    for (const [index, socket] of downloads.entries()) {
      if (owners[index] !== owners[0]) expect(contentOf(await read(socket)).equals(LARGE)).toBe(true);
    }
    expect(await command.ended).toEqual({ code: 0, signal: null });
  });

  test("waits for no worker that has just been started", async () => {
    const { command, workers } = await serveWithWorkers(dir, 2);
    process.kill(workers[0]!, "SIGKILL");
    await untilWorkers(command, 2, [workers[0]!]);
    const told = performance.now();
    command.child.kill("SIGTERM");
    expect(await command.ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - told).toBeLessThan(GRACE);
  });

  test("that begins before all workers serve ends them, without a ready line", async () => {
    const environment = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(HOLD)}` };
    const command = new Command(["serve", dir, "--port", "0", "--workers", "3"], { environment });
    const workers = await untilWorkers(command, 3, []);
    command.child.kill("SIGTERM");
    expect(await command.ended).toEqual({ code: 0, signal: null });
    await untilGone(workers);
    expect(command.stdout).toBe("");
  });
});

describe("a second signal ends all at once", () => {
  test.each([
    ["SIGTERM", "SIGTERM", 143],
    ["SIGINT", "SIGINT", 130],
  ] as const)("%s, %s: %i", async (first, second, code) => {
    const { command, url, workers } = await serveWithWorkers(dir, 2);
    await beginDownloads(url, 2);
    command.child.kill(first);
    await untilRefused(url);
    await delay(100);
    command.child.kill(second);
    expect(await command.ended).toEqual({ code, signal: null });
    await untilGone(workers);
  });

  // A loaded machine may hold up the second for so long that it is another: then it is tried again.
  test("but the same one told twice, as `npm start` does with Ctrl-C, is one", { retry: 3 }, async () => {
    const { command, url } = await serveInGroup();
    const downloads = await beginDownloads(url, 2);
    process.kill(-command.pid, "SIGINT");
    await delay(5);
    command.child.kill("SIGINT");
    await untilRefused(url);
    for (const socket of downloads) expect(contentOf(await read(socket)).equals(LARGE)).toBe(true);
    expect(await command.ended).toEqual({ code: 0, signal: null });
  });
});

test("a worker leaves a signal of its own to the primary", async () => {
  const { command, url, workers } = await serveWithWorkers(dir, 2);
  for (const pid of workers) process.kill(pid, "SIGTERM");
  for (let count = 0; count < 6; count++) expect((await request(url, "/a.txt")).status).toBe(200);
  expect(await workersOf(command)).toEqual(workers);
});

test("a primary that is killed leaves no process behind", async () => {
  const { command, url, workers } = await serveWithWorkers(dir, 2);
  await beginDownloads(url, 4);
  const told = performance.now();
  command.child.kill("SIGKILL");
  await untilGone([command.pid, ...workers]);
  expect(performance.now() - told).toBeLessThan(GRACE);
});

describe("workers that end as soon as they start", () => {
  test("are given up with a message, and 1", { tags: ["one-node"] }, async () => {
    const { command, workers } = await serveWithWorkers(dir, 2);
    await rm(dir, { recursive: true });
    const start = performance.now();
    for (const pid of workers) process.kill(pid, "SIGKILL");
    expect(await command.ended).toEqual({ code: 1, signal: null });
    expect(performance.now() - start).toBeGreaterThan(2_000);
    const last = command.stderr.trimEnd().split("\n").at(-1);
    expect(last).toMatch(
      /^stet: 7 workers in a row ended before they could serve, the last: worker \d+ ended with exit code 2$/,
    );
    expect(command.stderr).toMatch(/^stet: There is no folder .*\nCreate it/m);
    expect(command.stderr.match(/another takes its place/g)!.length).toBeLessThan(20);
  });

  test("are told as JSON with --json", { tags: ["one-node"] }, async () => {
    const { command, workers } = await serveWithWorkers(dir, 2, "--json");
    await rm(dir, { recursive: true });
    for (const pid of workers) process.kill(pid, "SIGKILL");
    expect((await command.ended).code).toBe(1);
    expect(command.stderr).toMatch(
      /^\{"level":50,.*"msg":"7 workers in a row ended before they could serve.*\}$/m,
    );
  });

  test("leave the others time for what is under way", { tags: ["one-node"] }, async () => {
    const { command, url, workers } = await serveWithWorkers(dir, 2);
    const downloads = await beginDownloads(url, 4);
    const owners = await Promise.all(downloads.map((socket) => ownerOf(socket, workers)));
    await rm(dir, { recursive: true });
    process.kill(owners[0]!, "SIGKILL");
    await command.complaint(/7 workers in a row/);
    for (const [index, socket] of downloads.entries()) {
      if (owners[index] !== owners[0]) expect(contentOf(await read(socket)).equals(LARGE)).toBe(true);
    }
    expect(await command.ended).toEqual({ code: 1, signal: null });
  });
});
