import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { StetOptions } from "../../src/index.ts";

const SCRIPT = fileURLToPath(new URL("./child-server.js", import.meta.url));

export interface ChildOptions {
  /** Options of the policy: only what JSON can hold. */
  readonly options?: StetOptions;
  readonly environment?: Readonly<Record<string, string>>;
  /** The user, by number, that the server becomes. Only root may. */
  readonly user?: number;
  /** The most descriptors that the process may hold. */
  readonly descriptors?: number;
}

export interface ChildServer {
  readonly port: number;
  readonly pid: number;
  /** What it has written to its standard error so far. */
  readonly complaints: () => string;
  readonly close: () => Promise<void>;
}

/** Starts a server of a folder in another process, from the built package. */
export async function startChildServer(root: string, child: ChildOptions = {}): Promise<ChildServer> {
  const running = spawnNode(
    [SCRIPT, JSON.stringify({ root, options: child.options, user: child.user })],
    child,
  );
  let complaints = "";
  running.stderr.on("data", (text: Buffer) => (complaints += text.toString()));
  const line: unknown[] = await Promise.race([
    once(createInterface(running.stdout), "line"),
    once(running, "exit").then(() => Promise.reject(new Error(`The server didn't start: ${complaints}`))),
  ]);
  return {
    port: Number(line[0]),
    pid: running.pid ?? 0,
    complaints: () => complaints,
    close: () => end(running),
  };
}

type Running = ChildProcessByStdio<Writable, Readable, Readable>;

function spawnNode(words: readonly string[], { environment, descriptors }: ChildOptions): Running {
  const [command, ...before] =
    descriptors === undefined
      ? [process.execPath]
      : ["sh", "-c", `ulimit -n ${descriptors}; exec "$0" "$@"`, process.execPath];
  return spawn(command ?? process.execPath, [...before, ...words], {
    env: { ...process.env, ...environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
}

async function end(running: Running): Promise<void> {
  if (running.exitCode !== null || running.signalCode !== null) return;
  const exited = once(running, "exit");
  running.kill("SIGKILL");
  await exited;
}
