// One measurement of one server in one scenario. Only what the server itself has spent is counted.

import { once } from "node:events";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { GIB } from "../files.js";
import { requestsOf, SMALL, toField } from "../scenarios.js";
import { HOST } from "./ask.js";
import { cpuSeconds, residentBytes } from "./proc.js";
import { collect, startClient, stop } from "./processes.js";

/**
 * @typedef {import("../scenarios.js").Scenario} Scenario
 *
 * @typedef {Readonly<Record<string, number>>} Sample what was measured, by the metric's id
 *
 * @typedef {object} Target
 * @property {number} pid
 * @property {number} port
 * @property {import("../scenarios.js").Protocol} protocol
 * @property {Readonly<Record<string, string>>} fields of each request
 *
 * @typedef {object} Bench
 * @property {import("./provide.js").Tools} tools
 * @property {string} dir the folder of those that are served
 * @property {string} temp
 */

const REQUESTS = fileURLToPath(new URL("requests.lua", import.meta.url));
const READER = fileURLToPath(new URL("../clients/reader.js", import.meta.url));

const MIB = 1024 * 1024;
const MICROSECONDS = 1e6;

/** The server's code is to be compiled before it is measured: seconds of its own time, however busy the machine is. */
const WARM_UP = 1;

/** But no longer than this. Milliseconds. */
const WARM_UP_TIME = 10_000;

/** The sockets' buffers are to be full before bytes are counted: then as much goes in as comes out. Milliseconds. */
const FILLING = 300;

/** How often a server's time or memory is looked at. Milliseconds. */
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
  if (scenario.kind === "memory") return measureMemory(bench, scenario, target, seconds);
  return isRead(scenario, target)
    ? measureReading(bench, scenario, target, seconds)
    : measureRequests(bench, scenario, target, seconds);
}

/**
 * Whether it is our reader that asks: wrk speaks no HTTP/2, and doesn't look at a content.
 *
 * @param {Scenario} scenario
 * @param {Target} target
 */
function isRead({ kind }, { protocol }) {
  return kind === "transfer" || protocol === "h2";
}

/**
 * @param {Bench} bench
 * @param {Scenario} scenario
 * @param {Target} target
 */
export async function warmUp(bench, scenario, target) {
  // Memory grows from what a server has that has served small files, and no large one yet.
  const asked = scenario.kind === "memory" ? SMALL : scenario;
  const client = isRead(asked, target)
    ? await startReader(bench, { ...asked, connections: 1 }, target, "fast")
    : startWrk(bench, asked, target, WARM_UP_TIME / 1000);
  await hasSpent(WARM_UP, target.pid);
  await stop(client.child);
}

/**
 * @param {number} seconds of processor time
 * @param {number} pid
 */
async function hasSpent(seconds, pid) {
  const end = performance.now() + WARM_UP_TIME;
  const enough = cpuSeconds(pid) + seconds;
  while (cpuSeconds(pid) < enough && performance.now() < end) await sleep(LOOK);
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
  if (requests === 0) throw new Error("no request was answered");
  // A server may close a connection that has carried enough requests; more than that is a fault.
  if (broken > scenario.connections) throw new Error(`${broken} broken connections`);
  return {
    cpuPerRequest: (spent * MICROSECONDS) / requests,
    requestsPerSecond: requests / (microseconds / MICROSECONDS),
  };
}

/** @type {typeof measure} */
async function measureReading(bench, scenario, target, seconds) {
  const reader = await startReader(bench, scenario, target, "fast");
  await sleep(FILLING);
  const cpuBefore = cpuSeconds(target.pid);
  const before = await reader.count();
  const start = performance.now();
  await sleep(seconds * 1000);
  const spent = cpuSeconds(target.pid) - cpuBefore;
  const after = await reader.count();
  const elapsed = (performance.now() - start) / 1000;
  await stop(reader.child);
  const bytes = after.bytes - before.bytes;
  const requests = after.requests - before.requests;
  if (bytes === 0) throw new Error("nothing was received");
  if (scenario.kind === "transfer") {
    return { cpuPerGiB: spent / (bytes / GIB), mibPerSecond: bytes / MIB / elapsed };
  }
  return { cpuPerRequest: (spent * MICROSECONDS) / requests, requestsPerSecond: requests / elapsed };
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
function startWrk({ tools, temp }, scenario, { port, protocol, fields }, seconds) {
  const paths = join(temp, `${scenario.id}.paths`);
  const lines = requestsOf(scenario).map(({ path, range }) => `/${path} ${range ? toField(range) : ""}\n`);
  writeFileSync(paths, lines.join(""));
  const load = ["--threads", "1", "--connections", String(scenario.connections), "--duration", `${seconds}s`];
  const script = [
    "--script",
    REQUESTS,
    `${protocol}://${HOST}:${port}/`,
    "--",
    paths,
    ...Object.entries(fields).flat(),
  ];
  return startClient(tools.taskset, tools.wrk, [...load, ...script]);
}

/**
 * @param {Bench} bench
 * @param {Scenario} scenario
 * @param {Target} target
 * @param {"fast" | "slow"} pace
 */
async function startReader({ tools, dir }, scenario, { port, protocol }, pace) {
  const node = { command: process.execPath, flags: [], env: {} };
  const path = scenario.paths[0] ?? "";
  const length = statSync(join(dir, scenario.folder, path)).size;
  const operands = [protocol, port, path, length, scenario.connections, pace].map(String);
  const { child } = startClient(tools.taskset, node, [READER, ...operands], "ipc");
  const signal = AbortSignal.timeout(BEGINNING);
  await once(child, "message", { signal }).catch(async () => {
    await stop(child);
    throw new Error("not every client received something");
  });
  return { child, count };

  /** @returns {Promise<{ bytes: number, requests: number }>} received, and answered, so far */
  async function count() {
    const told = once(child, "message", { signal: AbortSignal.timeout(BEGINNING) });
    child.send("count");
    const [{ bytes, requests, failure }] = await told;
    if (failure === undefined) return { bytes, requests };
    await stop(child);
    throw new Error(failure);
  }
}
