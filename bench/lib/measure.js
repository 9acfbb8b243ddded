// One measurement of one server in one scenario. Only what the server itself has spent is counted.

import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { GIB, HOT } from "../files.js";
import { TRANSFER_LENGTH } from "../scenarios.js";
import { HOST } from "./ask.js";
import { cpuSeconds, residentBytes } from "./proc.js";
import { collect, startClient, stop } from "./processes.js";

/**
 * @typedef {import("../scenarios.js").Scenario} Scenario
 * @typedef {import("./programs.js").Program} Program
 *
 * @typedef {Readonly<Record<string, number>>} Sample what was measured, by the metric's id
 *
 * @typedef {object} Target
 * @property {number} pid
 * @property {number} port
 * @property {Readonly<Record<string, string>>} fields of each request
 *
 * @typedef {object} Bench
 * @property {ReadonlyMap<string, Program>} tools
 * @property {string} temp
 */

const REQUESTS = fileURLToPath(new URL("requests.lua", import.meta.url));
const READER = fileURLToPath(new URL("../clients/reader.js", import.meta.url));

const MIB = 1024 * 1024;
const MICROSECONDS = 1e6;

/** The server's code is to be compiled, and its caches full, before it is measured. Milliseconds. */
const WARM_UP = 400;

/** The sockets' buffers are to be full before bytes are counted: then as much goes in as comes out. Milliseconds. */
const FILLING = 300;

/** How often memory is looked at. Milliseconds. */
const LOOK = 50;

/** A client that begins to receive later than this never will. Milliseconds. */
const BEGINNING = 30_000;

/**
 * @param {Bench} bench
 * @param {Scenario} scenario
 * @param {Target} target
 * @param {number} seconds
 * @returns {Promise<Sample>}
 * @throws Error where what came back is not what was asked for
 */
export function measure(bench, scenario, target, seconds) {
  if (scenario.kind === "requests") return measureRequests(bench, scenario, target, seconds);
  if (scenario.kind === "transfer") return measureTransfer(bench, scenario, target, seconds);
  return measureMemory(bench, scenario, target, seconds);
}

/**
 * @param {Bench} bench
 * @param {Scenario} scenario
 * @param {Target} target
 */
export async function warmUp(bench, scenario, target) {
  if (scenario.kind === "requests") await warmUpWithRequests(bench, scenario, target);
  else if (scenario.kind === "transfer") await warmUpWithTransfer(bench, scenario, target);
  // Memory grows from what a server has that has served small files, and no large one yet.
  else await warmUpWithRequests(bench, { ...scenario, paths: [HOT["10k"].path] }, target);
}

/** @type {typeof warmUp} */
async function warmUpWithRequests(bench, scenario, target) {
  const wrk = startWrk(bench, { ...scenario, connections: 32 }, target, 1);
  await sleep(WARM_UP);
  await stop(wrk.child);
}

/** @type {typeof warmUp} */
async function warmUpWithTransfer(bench, scenario, target) {
  const reader = await startReader(bench, { ...scenario, connections: 1 }, target, "fast");
  await sleep(WARM_UP);
  await stop(reader.child);
}

/** @type {typeof measure} */
async function measureRequests(bench, scenario, target, seconds) {
  const before = cpuSeconds(target.pid);
  const wrk = startWrk(bench, scenario, target, seconds);
  const output = collect(wrk.child.stdout);
  await once(wrk.child, "close");
  const spent = cpuSeconds(target.pid) - before;

  const json = output().split("\n").at(-1) ?? "";
  if (!json.startsWith("{")) throw new Error(`wrk said nothing: ${wrk.complaint()}`);
  const { requests, microseconds, badStatuses, broken } = JSON.parse(json);
  // To wrk, bad is 400 and above.
  const expectedBad = scenario.status >= 400 ? requests : 0;
  if (badStatuses !== expectedBad) throw new Error(`${Math.abs(badStatuses - expectedBad)} wrong statuses`);
  if (broken > scenario.connections || requests === 0) throw new Error(`${broken} broken connections`);
  return {
    cpuPerRequest: (spent * MICROSECONDS) / requests,
    requestsPerSecond: requests / (microseconds / MICROSECONDS),
  };
}

/** @type {typeof measure} */
async function measureTransfer(bench, scenario, target, seconds) {
  const reader = await startReader(bench, scenario, target, "fast");
  await sleep(FILLING);
  const cpuBefore = cpuSeconds(target.pid);
  const before = await reader.count();
  const start = performance.now();
  await sleep(seconds * 1000);
  const spent = cpuSeconds(target.pid) - cpuBefore;
  const bytes = (await reader.count()) - before;
  const elapsed = (performance.now() - start) / 1000;
  await stop(reader.child);
  return { cpuPerGiB: spent / (bytes / GIB), mibPerSecond: bytes / MIB / elapsed };
}

/** @type {typeof measure} */
async function measureMemory(bench, scenario, target, seconds) {
  const before = residentBytes(target.pid);
  let peak = before;
  const looking = setInterval(() => {
    peak = Math.max(peak, residentBytes(target.pid));
  }, LOOK);
  try {
    const reader = await startReader(bench, scenario, target, "slow");
    await sleep(seconds * 1000);
    await reader.count();
    await stop(reader.child);
  } finally {
    clearInterval(looking);
  }
  return { growth: (peak - before) / MIB };
}

/**
 * @param {Bench} bench
 * @param {Scenario} scenario
 * @param {Target} target
 * @param {number} seconds whole ones only
 */
function startWrk({ tools, temp }, scenario, { port, fields }, seconds) {
  const paths = join(temp, `${scenario.id}.paths`);
  writeFileSync(paths, scenario.paths.map((path) => `/${path}\n`).join(""));
  const load = ["--threads", "1", "--connections", String(scenario.connections), "--duration", `${seconds}s`];
  const script = [
    "--script",
    REQUESTS,
    `http://${HOST}:${port}/`,
    "--",
    paths,
    ...Object.entries(fields).flat(),
  ];
  return startClient(tool(tools, "taskset"), tool(tools, "wrk"), [...load, ...script]);
}

/**
 * @param {Bench} bench
 * @param {Scenario} scenario
 * @param {Target} target
 * @param {"fast" | "slow"} pace
 */
async function startReader({ tools }, scenario, { port }, pace) {
  const node = { command: process.execPath, flags: [], env: {} };
  const path = scenario.paths[0] ?? "";
  const operands = [port, path, TRANSFER_LENGTH, scenario.connections, pace].map(String);
  const { child } = startClient(tool(tools, "taskset"), node, [READER, ...operands], "ipc");
  const signal = AbortSignal.timeout(BEGINNING);
  await once(child, "message", { signal }).catch(async () => {
    await stop(child);
    throw new Error("not every client received something");
  });
  return { child, count };

  /** @returns {Promise<number>} bytes received so far */
  async function count() {
    const told = once(child, "message", { signal: AbortSignal.timeout(BEGINNING) });
    child.send("count");
    const [{ bytes, failure }] = await told;
    if (failure === undefined) return bytes;
    await stop(child);
    throw new Error(failure);
  }
}

/**
 * @param {ReadonlyMap<string, Program>} tools
 * @param {string} name
 * @returns {Program}
 */
function tool(tools, name) {
  const found = tools.get(name);
  if (found === undefined) throw new Error(`${name} is not here`);
  return found;
}
