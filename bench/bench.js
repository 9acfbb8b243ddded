// npm run bench: how fast stet is beside others. README.md says how to read it.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { makeFiles, makeVast } from "./files.js";
import { readArguments, USAGE } from "./lib/arguments.js";
import { toJson } from "./lib/json.js";
import { makeCredentials } from "./lib/credentials.js";
import { complaint, judge, limitsTable } from "./lib/limits.js";
import { describeMachine, machineText } from "./lib/machine.js";
import { stayOffServerCore } from "./lib/processes.js";
import { provide } from "./lib/provide.js";
import { estimate, run } from "./lib/run.js";
import { say } from "./lib/say.js";
import { scenarioTable, summaryTable } from "./lib/tables.js";

/** @typedef {import("./lib/arguments.js").Arguments} Arguments */

const DONE = 0;
const FAILED = 1;
const MISUSED = 2;

/** Metrics that a busy machine changes for one server more than for another. */
const DEPENDENT = new Set(["requestsPerSecond", "mibPerSecond"]);

process.exitCode = await main();

async function main() {
  let options;
  try {
    options = readArguments(process.argv.slice(2));
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return MISUSED;
  }
  if (options !== undefined) return bench(options);
  print(USAGE);
  return DONE;
}

/**
 * @param {Arguments} options
 * @returns {Promise<number>} the exit code
 */
async function bench({ plan, check, json }) {
  const temp = temporaryFolder();
  const provided = provide(plan.servers);
  const servers = plan.servers.filter((server) => provided.runtimes.has(server.needs));
  for (const server of plan.servers) if (!servers.includes(server)) say(`skipped: ${server.id}`);
  stayOffServerCore(provided.tools.taskset);

  say("making files");
  const dir = join(temp, "served");
  makeFiles(join(dir, "public"));
  if (plan.scenarios.some(({ folder }) => folder === "vast")) makeVast(join(dir, "vast"));
  const credentials = join(temp, "credentials");
  const isSecure = makeCredentials(credentials);
  const scenarios = plan.scenarios.filter(({ protocol }) => isSecure || protocol === "http");
  const machine = describeMachine(provided.runtimes);
  print(machineText(machine));
  const todo = { ...plan, servers, scenarios };
  say(`this takes about ${Math.ceil(estimate(todo))} min`);

  const results = await run({ dir, credentials, temp, ...provided }, todo, (finished) =>
    print(scenarioTable(finished)),
  );
  const verdicts = judge(results, plan);
  print(summaryTable(results));
  if (verdicts.length > 0) print(limitsTable(verdicts));
  if (json !== undefined) writeFileSync(json, toJson(machine, todo, results, verdicts));
  return check ? exitCodeOf(verdicts) : DONE;
}

/**
 * Only limits that don't depend on what else the machine does are held: those on processor time and memory. One that
 * couldn't be measured is said aloud; where a machine checks, it is a failure, too.
 *
 * @param {readonly import("./lib/limits.js").Verdict[]} verdicts
 */
function exitCodeOf(verdicts) {
  const failing = process.env["CI"] === "true" ? ["broken", "not measured"] : ["broken"];
  const held = verdicts.filter(({ limit }) => !DEPENDENT.has(limit.metric));
  for (const one of held) {
    if (one.outcome === "broken" || one.outcome === "not measured") say(complaint(one));
  }
  return held.some(({ outcome }) => failing.includes(outcome)) ? FAILED : DONE;
}

/** One that goes when we go, however that is. */
function temporaryFolder() {
  const temp = mkdtempSync(join(tmpdir(), "stet-bench-"));
  process.once("exit", () => rmSync(temp, { recursive: true, force: true }));
  /** @type {readonly NodeJS.Signals[]} */
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const name of signals) process.once(name, () => process.exit(128 + constants.signals[name]));
  return temp;
}

/** @param {string} text */
function print(text) {
  process.stdout.write(`${text}\n\n`);
}
