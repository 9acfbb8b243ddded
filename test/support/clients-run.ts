import { type ChildProcess, spawn } from "node:child_process";
import { statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { SEARCHED } from "./clients.ts";

export interface Finished {
  /** The exit code; undefined where a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds after which it is ended. Default: longer than any transfer on loopback takes. */
  readonly lifetime?: number;
}

export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
}

/** No transfer on loopback takes this long: what hangs is ended, so that its test fails by itself. Milliseconds. */
const LONGEST = 60_000;

/** A user's own settings, and a proxy for the world outside, have no say here. */
const ENVIRONMENT = { PATH: SEARCHED, HOME: "/nonexistent", LC_ALL: "C.UTF-8" };

/** Starts a client. */
export function start(command: string, operands: readonly string[], options: RunOptions = {}): Running {
  const child = spawn(command, operands, {
    cwd: options.cwd,
    env: { ...ENVIRONMENT, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const timer = setTimeout(() => signalGroup(child, "SIGKILL"), options.lifetime ?? LONGEST);
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? undefined, stdout: stdout.join(""), stderr: stderr.join("") });
    });
  });
  return { child, finished };
}

/** Runs a client to its end. */
export function run(
  command: string,
  operands: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  return start(command, operands, options).finished;
}

/** Runs what a test only needs as its tool. @throws Error with what it said, where it fails */
export async function mustRun(
  command: string,
  operands: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  const finished = await run(command, operands, options);
  if (finished.code !== 0) throw new Error(`${command} ended with ${finished.code}:\n${told(finished)}`);
  return finished;
}

/** Lets a client work until it is far enough, then ends it in the middle. */
export async function cutShort(
  running: Running,
  isFarEnough: () => boolean,
  signal: NodeJS.Signals = "SIGTERM",
): Promise<Finished> {
  while (isRunning(running.child) && !isFarEnough()) await sleep(5);
  signalGroup(running.child, signal);
  return running.finished;
}

/** To the client and its helpers, as a terminal's Ctrl-C does. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid !== undefined && isRunning(child)) process.kill(-child.pid, signal);
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

/** Bytes in a file; 0 where there is none. */
export function lengthOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** What a client said, for a failure's message. */
export function told({ stdout, stderr }: Finished): string {
  return `${stdout}\n${stderr}`;
}

function collect(stream: NodeJS.ReadableStream): readonly string[] {
  const pieces: string[] = [];
  stream.setEncoding("utf8");
  stream.on("data", (piece: string) => pieces.push(piece));
  return pieces;
}
