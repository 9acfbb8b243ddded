import cluster from "node:cluster";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { skipAloud } from "../../../../test/support/skip-aloud.ts";
import { WorkerProcess } from "./worker-process.ts";

let folder: string;
let server: Server;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "stet-"));
  const idle = join(folder, "idle.mjs");
  writeFileSync(idle, 'process.send({ kind: "ready" }); setInterval(() => undefined, 1000);');
  cluster.setupPrimary({ exec: idle });
  server = createServer({ pauseOnConnect: true }).listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

interface Started {
  readonly worker: WorkerProcess;
  readonly pid: number;
}

async function start(): Promise<Started> {
  const nothing = (): void => undefined;
  let onReady = nothing;
  const ready = new Promise<void>((resolve) => (onReady = resolve));
  const worker = new WorkerProcess({ onReady, onReceived: nothing, onMissing: nothing, onLines: nothing });
  await ready;
  return { worker, pid: Number(/\d+/.exec(worker.name)?.[0]) };
}

/** The two ends of a connection. */
async function connected(): Promise<readonly [client: Socket, served: Socket]> {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const client = connect(port, "127.0.0.1");
  const [served] = (await once(server, "connection")) as [Socket];
  return [client, served];
}

/** Kills a process, and holds up the event loop until all its threads are dead: nobody has heard of it then. */
function killNow(pid: number): void {
  process.kill(pid, "SIGKILL");
  while (readdirSync(`/proc/${pid}/task`).length > 1 || !isZombie(pid)) holdUp(1);
}

function isZombie(pid: number): boolean {
  return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "latin1"));
}

/** Milliseconds. */
function holdUp(time: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, time);
}

it("has ended where its exit is seen before the end of its channel, with a connection on its way", async () => {
  if (process.platform !== "linux")
    skipAloud("whether a process is dead is read from /proc, which only Linux has");
  const [first, second] = [await start(), await start()];
  const [client, served] = await connected();
  const [signal, signalled] = await connected();
  process.kill(second.pid, "SIGSTOP");
  second.worker.give(served);
  await delay(100);
  // The event loop finds this signal and the end of the first process at once, and takes the signal first. It then asks
  // which processes have ended, and is told of the second too, whose channel it hasn't looked at since.
  signalled.once("data", () => killNow(second.pid)).resume();
  signal.write("now");
  killNow(first.pid);
  holdUp(100);
  const ends = await Promise.all([first.worker.ended, second.worker.ended]);
  expect(ends).toEqual(["was killed by SIGKILL", "was killed by SIGKILL"]);
  for (const socket of [client, served, signal, signalled]) socket.destroy();
});
