// Starts processes on one core each, and ends every one of them, whatever happens.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { allowedCores } from "./proc.js";
import { say } from "./say.js";

/**
 * @typedef {import("node:child_process").ChildProcess} ChildProcess
 * @typedef {import("./programs.js").Program} Program
 */

/** How long a server may take to end by itself. Milliseconds. */
const GRACE = 2_000;

/** How much of what a process complains of is kept. */
const COMPLAINT_LENGTH = 2_000;

const [SERVER_CORE = 0, CLIENT_CORE] = allowedCores();

/** @type {Set<ChildProcess>} */
const running = new Set();

process.once("exit", () => {
  for (const child of running) signal(child, "SIGKILL");
});

/** The measuring itself must not take from the server's core. @param {Program} taskset */
export function stayOffServerCore(taskset) {
  if (CLIENT_CORE === undefined) return say("there is one core only: clients and servers share it");
  spawnSync(taskset.command, ["-a", "-c", "-p", String(CLIENT_CORE), String(process.pid)], {
    stdio: "ignore",
  });
}

/**
 * @param {Program} taskset
 * @param {Program} program
 * @param {readonly string[]} argv
 */
export function startServer(taskset, program, argv) {
  return start(taskset, SERVER_CORE, program, argv, ["ignore", "ignore", "pipe"]);
}

/**
 * @param {Program} taskset
 * @param {Program} program
 * @param {readonly string[]} argv
 * @param {"ipc" | "ignore"} [messages] whether it is a Node that talks with us
 */
export function startClient(taskset, program, argv, messages = "ignore") {
  return start(taskset, CLIENT_CORE ?? SERVER_CORE, program, argv, ["ignore", "pipe", "pipe", messages]);
}

/**
 * taskset becomes what it starts, so the process that is returned is the program itself. It leads a group of its own, so
 * that the group's number ends it with all it has started (nginx's worker), and nothing else.
 *
 * @param {Program} taskset
 * @param {number} core
 * @param {Program} program
 * @param {readonly string[]} argv
 * @param {import("node:child_process").StdioOptions} stdio
 */
function start(taskset, core, program, argv, stdio) {
  const child = spawn(taskset.command, ["-c", String(core), program.command, ...program.flags, ...argv], {
    stdio,
    detached: true,
    env: { ...process.env, ...program.env },
  });
  running.add(child);
  const complaint = collect(child.stderr, COMPLAINT_LENGTH);
  child.on("error", () => running.delete(child));
  child.on("exit", () => running.delete(child));
  return { child, pid: child.pid ?? 0, complaint };
}

/**
 * @param {import("node:stream").Readable | null} stream
 * @param {number} [length] how much of its end is kept
 * @returns {() => string} what it has said so far
 */
export function collect(stream, length = Infinity) {
  let text = "";
  stream?.setEncoding("utf8").on("data", (chunk) => {
    text = (text + chunk).slice(-length);
  });
  return () => text.trim();
}

/** @param {ChildProcess} child */
export function hasEnded(child) {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}

/** Asks it to end, then sees to it. @param {ChildProcess} child */
export async function stop(child) {
  if (hasEnded(child)) return;
  const ended = once(child, "exit");
  signal(child, "SIGTERM");
  const impatience = setTimeout(() => signal(child, "SIGKILL"), GRACE);
  await ended;
  clearTimeout(impatience);
}

/**
 * @param {ChildProcess} child
 * @param {NodeJS.Signals} name
 */
function signal(child, name) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // It has ended.
  }
}
