import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import type { Socket } from "node:net";
import { availableParallelism } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import { residentBytes } from "../support/process-reading.ts";
import {
  afterwards,
  Command,
  contentOf,
  finished,
  occupy,
  read,
  request,
  serve,
  settledDescriptors,
  until,
  untilDescriptors,
  untilServed,
} from "./command.ts";
import { makeCredentials } from "./credentials.ts";
import { beginDownloads, folderWithLarge, LARGE, open } from "./downloads.ts";
import { ownerOf, serveWithWorkers, untilWorkers, workersOf } from "./workers.ts";

let dir: string;

beforeEach(async () => {
  dir = await folderWithLarge();
});

async function ask(url: URL, times: number): Promise<void> {
  for (let time = 0; time < times; time++) expect((await request(url, "/a.txt")).status).toBe(200);
}

describe("--workers", () => {
  test("1 is one process, as without the flag", { tags: ["one-node"] }, async () => {
    for (const flags of [[], ["--workers", "1"]]) {
      const command = serve(dir, ...flags);
      await ask(await command.url(), 2);
      expect(await workersOf(command)).toEqual([]);
    }
  });

  test("auto is one for each core", { tags: ["one-node"] }, async () => {
    const command = serve(dir, "--workers", "auto");
    await ask(await command.url(), 2);
    const count = availableParallelism();
    expect(await workersOf(command)).toHaveLength(count === 1 ? 0 : count);
  });

  test("3 share the connections, at one port", async () => {
    const { command, url, workers } = await serveWithWorkers(dir, 3, "--json");
    await ask(url, 6);
    await until(
      () => (command.lines.length === 7 ? true : undefined),
      () => "6 lines",
    );
    const pids = command.lines.slice(1).map((line) => (JSON.parse(line) as { pid: number }).pid);
    expect(new Set(pids)).toEqual(new Set(workers));
    expect(command.stderr).toBe("");
  });

  test("serve the sample folder with `npm start`", { tags: ["one-node"] }, async () => {
    const main = fileURLToPath(new URL("../../scripts/start.js", import.meta.url));
    const command = new Command(["--port", "0", "--workers", "2"], { main });
    const url = await command.url();
    for (let time = 0; time < 4; time++) {
      expect((await request(url, "/")).body).toContain("<title>stet</title>");
    }
  });

  test("cut what stalls, as one process does: a head that comes byte by byte, and silence", async () => {
    const { url } = await serveWithWorkers(dir, 2, "--timeout", "1");
    const slow = open(url, "GET /a.txt HTTP/1.1", "Host: a");
    const silent = open(url);
    const drip = setInterval(() => slow.write("X"), 100);
    afterwards(() => clearInterval(drip));
    const start = performance.now();
    await Promise.all([slow, silent].map((socket) => new Promise((r) => socket.on("close", r).resume())));
    // Without the flag a client has half a minute for its head.
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

describe("the port of workers", { tags: ["one-node"] }, () => {
  test("is an error that is told once where it is taken", async () => {
    const port = await occupy("127.0.0.1", 0);
    const { code, stdout, stderr } = await finished(["serve", dir, "--workers", "2", "--port", String(port)]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^stet: Port \d+ is taken\.\n.*--port 0.*\n$/);
  });

  test("is the next free one after 3000 by default, which is said once", async () => {
    // Nothing else asks for its ports.
    const host = "127.0.0.3";
    await occupy(host, 3000);
    const command = new Command(["serve", dir, "--workers", "2", "--host", host]);
    const url = await command.url();
    await ask(url, 4);
    await command.complaint(/\n$/);
    expect(command.stderr).toBe(`port 3000 is taken, using ${url.port}\n`);
  });
});

test("a mistake is told once, before any worker starts", { tags: ["one-node"] }, async () => {
  const { code, stderr } = await finished(["serve", "missing", "--workers", "4"], { cwd: dir });
  expect(code).toBe(2);
  expect(stderr.match(/There is no folder/g)).toHaveLength(1);
});

describe("the log of workers", { tags: ["one-node"] }, () => {
  const CLIENTS = 16;
  const EACH = 50;

  async function askAtOnce(url: URL): Promise<void> {
    await Promise.all(Array.from({ length: CLIENTS }, () => ask(url, EACH)));
  }

  const LOSS = /^(\d+) lines of worker \d+ are lost, for want of a reader of the log\n/gm;

  function linesOf(command: Command): Promise<readonly string[]> {
    return until(
      () => (command.lines.length > CLIENTS * EACH ? command.lines : undefined),
      () => `${CLIENTS * EACH} lines`,
    );
  }

  test("is whole lines, one for each request, after one ready line", async () => {
    const { command, url } = await serveWithWorkers(dir, 3);
    await askAtOnce(url);
    const [ready, ...lines] = await linesOf(command);
    expect(ready).toBe(`stet serving ${dir} at ${url.href}`);
    expect(lines).toHaveLength(CLIENTS * EACH);
    for (const line of lines) expect(line).toMatch(/^GET \/a\.txt 200 12 bytes \d+\.\d ms full$/);
  });

  test("is JSON with --json", async () => {
    const { command, url, workers } = await serveWithWorkers(dir, 3, "--json");
    await askAtOnce(url);
    const [ready, ...lines] = (await linesOf(command)).map((line) => JSON.parse(line) as { pid: number });
    expect(ready).toMatchObject({ dir, url: url.href });
    expect(lines).toHaveLength(CLIENTS * EACH);
    for (const line of lines) expect(line).toMatchObject({ path: "/a.txt", status: 200, bytes: 12 });
    expect(new Set(lines.map(({ pid }) => pid))).toEqual(new Set(workers));
  });

  test("is only the ready line with --quiet", async () => {
    const { command, url } = await serveWithWorkers(dir, 2, "--quiet");
    await ask(url, 4);
    command.child.kill("SIGTERM");
    await command.ended;
    expect(command.lines).toHaveLength(1);
  });

  test("leaves out lines when its reader stalls, and counts them, while requests are answered", async () => {
    const { command, url } = await serveWithWorkers(dir, 2);
    const path = `/${"a".repeat(12_000)}`;
    command.child.stdout.pause();
    for (let count = 0; count < 400; count++) expect((await request(url, path)).status).toBe(404);
    command.child.stdout.resume();
    let asked = 400;
    await until(
      async () => {
        await ask(url, 1);
        asked += 1;
        return /lost/.test(command.stderr) && /a\.txt/.test(command.stdout) ? true : undefined;
      },
      () => "a loss",
    );
    // Each worker tells of its own losses, in its own time.
    const lost = (): number =>
      [...command.stderr.matchAll(LOSS)].reduce((sum, [, count]) => sum + Number(count), 0);
    await until(
      () => (command.lines.length - 1 + lost() === asked ? true : undefined),
      () => `${asked} lines, with ${lost()} lost`,
    );
    expect(command.stderr.replace(LOSS, "")).toBe("");
  });

  test("may lose its reader", async () => {
    const { command, url } = await serveWithWorkers(dir, 2);
    command.child.stdout.destroy();
    await ask(url, 10);
    expect(command.stderr).toBe("");
    command.child.kill("SIGTERM");
    expect(await command.ended).toEqual({ code: 0, signal: null });
  });
});

describe("a worker that is killed", () => {
  test("takes only its own connections with it, and is replaced", async () => {
    const { command, url, workers } = await serveWithWorkers(dir, 2);
    const downloads = await beginDownloads(url, 6, "Connection: close");
    const owners = await Promise.all(downloads.map((socket) => ownerOf(socket, workers)));
    expect(new Set(owners)).toEqual(new Set(workers));

    const victim = owners[0]!;
    process.kill(victim, "SIGKILL");
    await ask(url, 20);
    for (const [index, socket] of downloads.entries()) {
      if (owners[index] === victim) continue;
      expect(contentOf(await read(socket)).equals(LARGE)).toBe(true);
    }
    await untilWorkers(command, 2, [victim]);
    await command.complaint(/\n$/);
    expect(command.stderr).toBe(`worker ${victim} was killed by SIGKILL, another takes its place\n`);
    await ask(url, 4);
  });

  test("with a connection that was on its way to it leaves that to another", async () => {
    const { url, workers } = await serveWithWorkers(dir, 2);
    for (const pid of workers) process.kill(pid, "SIGSTOP");
    const replies = Array.from({ length: 6 }, () => request(url, "/a.txt"));
    await delay(300);
    for (const pid of workers) process.kill(pid, "SIGKILL");
    for (const reply of replies) expect((await reply).body).toBe("twelve bytes");
  });

  test("with all the others leaves the port open: who connects is answered by the next", async () => {
    const { command, url, workers } = await serveWithWorkers(dir, 3);
    for (const pid of workers) process.kill(pid, "SIGKILL");
    await Promise.all(Array.from({ length: 8 }, () => ask(url, 3)));
    await untilWorkers(command, 3, workers);
    expect(command.lines.filter((line) => /serving/.test(line))).toHaveLength(1);
  });

  test("20 times leaves neither descriptors nor memory in the primary", { tags: ["one-node"] }, async () => {
    const { command, url } = await serveWithWorkers(dir, 2, "--quiet");
    const gone: number[] = [];
    async function killOne(): Promise<void> {
      const workers = await untilWorkers(command, 2, gone);
      await ask(url, 4);
      gone.push(workers[0]!);
      process.kill(workers[0]!, "SIGKILL");
    }
    await killOne();
    await untilWorkers(command, 2, gone);
    await ask(url, 4);
    const [descriptors, memory] = [await settledDescriptors(command), residentBytes(command.pid)];
    for (let kill = 0; kill < 20; kill++) await killOne();
    await untilWorkers(command, 2, gone);
    await ask(url, 4);
    for (const line of command.stderr.trimEnd().split("\n")) expect(line).toMatch(/takes its place/);
    await untilDescriptors(command, descriptors);
    expect(residentBytes(command.pid) - memory).toBeLessThan(24 << 20);
  });
});

test("workers that have no descriptors left are outlived", async () => {
  // Enough to start: Node opens the files of a folder of modules side by side.
  const LIMIT = 120;
  const command = new Command(["serve", dir, "--port", "0", "--workers", "2"], { descriptors: LIMIT });
  const url = await command.url();
  const sockets = Array.from({ length: 2 * LIMIT }, () =>
    open(url, "GET /large HTTP/1.1", "Host: a", "").once("data", function pause(this: Socket) {
      this.pause();
    }),
  );
  await delay(1_000);
  for (const socket of sockets) socket.destroy();
  for (let time = 0; time < 6; time++) await untilServed(url, "/a.txt");
  for (const line of command.stderr.trimEnd().split("\n")) expect(line).toMatch(/^(?:stet: .*EMFILE.*)?$/);
});

describe("HTTPS with workers", () => {
  test("speaks HTTP/2, and a worker that is killed takes only its own sessions with it", async () => {
    const { ca, flags } = await makeCredentials();
    const { command, url, workers } = await serveWithWorkers(dir, 2, ...flags);
    expect(url.protocol).toBe("https:");
    const sessions = await Promise.all(Array.from({ length: 4 }, () => openSession(url, ca)));
    const owners = await Promise.all(sessions.map(({ socket }) => ownerOf(socket, workers)));
    expect(new Set(owners)).toEqual(new Set(workers));

    const bodies = sessions.map((session) => session.request({ ":path": "/large" }));
    for (const body of bodies) body.on("error", () => undefined);
    await Promise.all(bodies.map((body) => new Promise((resolve) => body.once("response", resolve))));
    process.kill(owners[0]!, "SIGKILL");
    for (const [index, body] of bodies.entries()) {
      if (owners[index] !== owners[0]) expect((await read(body)).equals(LARGE)).toBe(true);
    }
    await untilWorkers(command, 2, [owners[0]!]);
    const again = (await openSession(url, ca)).request({ ":path": "/a.txt" });
    expect((await read(again)).toString()).toBe("twelve bytes");
  });
});

async function openSession(url: URL, ca: Buffer): Promise<ClientHttp2Session> {
  const session = connectHttp2(url, { ca }).on("error", () => undefined);
  afterwards(() => session.destroy());
  await new Promise((resolve) => session.once("connect", resolve));
  return session;
}
