// The run: for each scenario, rounds in which every server is measured once, so that what the machine does meanwhile falls
// on all of them alike.

import { join } from "node:path";
import { SMALL } from "../scenarios.js";
import { askForAll } from "./ask.js";
import { startInstance } from "./instances.js";
import { isLimitedIn } from "./limits.js";
import { measure, warmUp } from "./measure.js";
import { hasEnded, stop } from "./processes.js";
import { say } from "./say.js";
import { verify } from "./verify.js";

/**
 * @typedef {import("../scenarios.js").Scenario} Scenario
 * @typedef {import("../servers.js").Server} Server
 * @typedef {import("./instances.js").Instance} Instance
 * @typedef {import("./instances.js").Setting} Setting
 * @typedef {import("./measure.js").Sample} Sample
 *
 * @typedef {object} Plan
 * @property {readonly Server[]} servers
 * @property {readonly Scenario[]} scenarios
 * @property {boolean} limitedOnly whether a server is measured only where a limit speaks of it
 * @property {number} rounds
 * @property {number} seconds of each measurement of the references
 * @property {number} otherSeconds of each measurement of the others
 *
 * @typedef {object} Result of one server in one scenario
 * @property {Scenario} scenario
 * @property {Server} server
 * @property {Sample[]} samples one for each round; none where there is a reason
 * @property {string} [reason] why it couldn't be measured
 *
 * @typedef {Map<string, Instance>} Standing by the server's id, the protocol and the folder
 *
 * @typedef {Result & { fields: Readonly<Record<string, string>> }} Entry one that is under way
 */

/** What a measurement takes beside its own time: starting clients, stopping them, filling buffers. Seconds. */
const OVERHEAD = 0.2;

/** What starting a server, judging its answers and warming it up takes. Seconds. */
const PREPARATION = 1.7;

/**
 * @param {Plan} plan
 * @returns {number} about how long it takes, in minutes
 */
export function estimate(plan) {
  const { rounds, seconds, otherSeconds } = plan;
  const entries = plan.scenarios.flatMap((scenario) => serversIn(plan, scenario));
  const each = entries.map(
    ({ isReference }) => PREPARATION + rounds * (OVERHEAD + (isReference ? seconds : otherSeconds)),
  );
  return each.reduce((sum, seconds) => sum + seconds, 0) / 60;
}

/**
 * @param {Plan} plan
 * @param {Scenario} scenario
 */
function serversIn({ servers, limitedOnly }, { id: scenario, protocol, servers: named }) {
  return servers.filter(
    ({ id, protocols = ["http"] }) =>
      protocols.includes(protocol) &&
      (named === undefined || named.includes(id)) &&
      (!limitedOnly || isLimitedIn(id, scenario)),
  );
}

/**
 * @param {Setting} setting
 * @param {Plan} plan
 * @param {(results: readonly Result[]) => void} finished told of each scenario's results as it ends
 * @returns {Promise<readonly Result[]>}
 */
export async function run(setting, plan, finished) {
  /** @type {Standing} */
  const standing = new Map();
  const results = [];
  for (const scenario of plan.scenarios) {
    const entries = [];
    for (const server of serversIn(plan, scenario)) {
      entries.push(await prepare(setting, standing, scenario, server));
    }
    for (let round = 1; round <= plan.rounds; round += 1) {
      say(`${scenario.title}: round ${round} of ${plan.rounds}`);
      for (const entry of entries) await measureOnce(setting, standing, plan, entry);
    }
    finished(entries);
    results.push(...entries);
  }
  await Promise.all([...standing.values()].map(({ child }) => stop(child)));
  return results;
}

/**
 * @param {Setting} setting
 * @param {Standing} standing
 * @param {Scenario} scenario
 * @param {Server} server
 * @returns {Promise<Entry>}
 */
async function prepare(setting, standing, scenario, server) {
  /** @type {Entry} */
  const entry = { scenario, server, samples: [], fields: {} };
  try {
    // What a server has kept while it served small files must not weigh on a transfer (garbage collection does).
    if (scenario.kind === "transfer" || scenario.before !== undefined) {
      await leave(standing, keyOf(server, scenario));
    }
    const instance = await stand(setting, standing, server, scenario);
    await askForAll(instance.port, scenario.before ?? []);
    const verdict = await verify(scenario, instance, join(setting.dir, scenario.folder));
    if ("reason" in verdict) return refuse(entry, verdict.reason);
    entry.fields = verdict.fields;
    if (scenario.kind !== "memory") await warmUp(setting, scenario, { ...instance, fields: entry.fields });
  } catch (error) {
    refuse(entry, reasonOf(error));
  }
  return entry;
}

/**
 * A busy machine may stall once; what fails twice is the server's.
 *
 * @param {Setting} setting
 * @param {Standing} standing
 * @param {Plan} plan
 * @param {Entry} entry
 */
async function measureOnce(setting, standing, plan, entry) {
  if (entry.reason !== undefined) return;
  try {
    const sample = await sampleOf(setting, standing, plan, entry).catch((error) => {
      say(`${entry.server.id} in ${entry.scenario.id}: ${reasonOf(error)}; once more`);
      return sampleOf(setting, standing, plan, entry);
    });
    entry.samples.push(sample);
  } catch (error) {
    refuse(entry, reasonOf(error));
  }
}

/**
 * @param {Setting} setting
 * @param {Standing} standing
 * @param {Plan} plan
 * @param {Entry} entry
 * @returns {Promise<Sample>}
 */
async function sampleOf(setting, standing, plan, { scenario, server, fields }) {
  const seconds = server.isReference === true ? plan.seconds : plan.otherSeconds;
  if (scenario.kind === "memory") return measureFresh(setting, scenario, server, seconds);
  const instance = await stand(setting, standing, server, scenario);
  return measure(setting, scenario, { ...instance, fields }, seconds);
}

/** @param {unknown} error */
function reasonOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/**
 * What a process has once taken it seldom gives back, so memory is measured on one that has just started.
 *
 * @param {Setting} setting
 * @param {Scenario} scenario
 * @param {Server} server
 * @param {number} seconds
 */
async function measureFresh(setting, scenario, server, seconds) {
  const instance = await startInstance(setting, server, scenario);
  try {
    const target = { ...instance, fields: {} };
    await warmUp(setting, scenario, target);
    return await measure(setting, scenario, target, seconds);
  } finally {
    await stop(instance.child);
  }
}

/**
 * The server's instance; one that has ended is started again, so that one bad scenario doesn't cost the others.
 *
 * @param {Setting} setting
 * @param {Standing} standing
 * @param {Server} server
 * @param {Scenario} scenario
 */
async function stand(setting, standing, server, scenario) {
  const key = keyOf(server, scenario);
  const there = standing.get(key);
  if (there !== undefined && !hasEnded(there.child)) return there;
  const instance = await startInstance(setting, server, scenario);
  standing.set(key, instance);
  await warmUp(setting, SMALL, { ...instance, fields: {} });
  return instance;
}

/**
 * @param {Server} server
 * @param {Scenario} scenario
 */
function keyOf({ id }, { protocol, folder }) {
  return `${id} ${protocol} ${folder}`;
}

/**
 * @param {Standing} standing
 * @param {string} key
 */
async function leave(standing, key) {
  const instance = standing.get(key);
  standing.delete(key);
  if (instance !== undefined) await stop(instance.child);
}

/**
 * @param {Entry} entry
 * @param {string} reason
 */
function refuse(entry, reason) {
  say(`${entry.server.id} can't be measured in ${entry.scenario.id}: ${reason}`);
  entry.samples.length = 0;
  entry.reason = reason;
  return entry;
}
