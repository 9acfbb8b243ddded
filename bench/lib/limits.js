// What this project promises of its speed, held against a run.
//
// A limit says what we aim at; it is broken only beyond its margin, since machines differ and others use them, too.

import { readFileSync } from "node:fs";
import { medianOf, ratioOf } from "./results.js";
import { format, table } from "./tables.js";

/**
 * @typedef {object} Limit
 * @property {readonly string[]} scenarios
 * @property {string} metric
 * @property {string} numerator a server
 * @property {string} [denominator] the server it is compared with; left out where the value itself is limited
 * @property {string} [denominatorScenario] where that is another than the numerator's
 * @property {"atMost" | "atLeast"} bound
 * @property {number} target
 * @property {number} margin by how many times the target may be missed
 *
 * @typedef {object} Verdict
 * @property {Limit} limit
 * @property {string} scenario
 * @property {number | undefined} value undefined where it wasn't measured
 * @property {"reached" | "within the margin" | "broken" | "not measured"} outcome
 *
 * @typedef {import("./run.js").Result} Result
 */

/** @type {readonly Limit[]} */
export const LIMITS = JSON.parse(readFileSync(new URL("../limits.json", import.meta.url), "utf8")).limits;

/**
 * @param {string} server
 * @param {string} scenario
 * @returns {boolean} whether a limit speaks of that server in that scenario
 */
export function isLimitedIn(server, scenario) {
  return LIMITS.some(({ scenarios, numerator, denominator = numerator, denominatorScenario }) => {
    if (scenario === denominatorScenario && server === denominator) return true;
    const compared = denominatorScenario === undefined ? [numerator, denominator] : [numerator];
    return scenarios.includes(scenario) && compared.includes(server);
  });
}

/**
 * @param {readonly Result[]} results
 * @param {Pick<import("./run.js").Plan, "servers" | "scenarios">} asked what was to be measured: a limit on anything else
 *   is none here
 * @returns {readonly Verdict[]}
 */
export function judge(results, asked) {
  const servers = new Set(asked.servers.map(({ id }) => id));
  const scenarios = new Set(asked.scenarios.map(({ id }) => id));
  return LIMITS.flatMap((limit) => {
    const { numerator, denominator = numerator, denominatorScenario } = limit;
    if (!servers.has(numerator) || !servers.has(denominator)) return [];
    if (denominatorScenario !== undefined && !scenarios.has(denominatorScenario)) return [];
    const limited = limit.scenarios.filter((scenario) => scenarios.has(scenario));
    return limited.map((scenario) => judgeOne(results, limit, scenario));
  });
}

/**
 * @param {readonly Result[]} results
 * @param {Limit} limit
 * @param {string} scenario
 * @returns {Verdict}
 */
function judgeOne(results, limit, scenario) {
  const { metric, numerator, denominator, denominatorScenario = scenario } = limit;
  const over = { server: numerator, scenario, metric };
  const value =
    denominator === undefined
      ? medianOf(results, over)
      : ratioOf(results, over, { server: denominator, scenario: denominatorScenario, metric });
  return { limit, scenario, value, outcome: outcomeOf(limit, value) };
}

/**
 * @param {Limit} limit
 * @param {number | undefined} value
 */
function outcomeOf({ bound, target, margin }, value) {
  if (value === undefined) return "not measured";
  const [reached, tolerated] =
    bound === "atMost"
      ? [value <= target, value <= target * margin]
      : [value >= target, value >= target / margin];
  if (reached) return "reached";
  return tolerated ? "within the margin" : "broken";
}

/** @param {readonly Verdict[]} verdicts */
export function limitsTable(verdicts) {
  const head = ["limit", "target", "measured", "with its margin", ""];
  const rows = verdicts.map(({ limit, scenario, value, outcome }) => [
    describe(limit, scenario),
    `${sign(limit)} ${limit.target}`,
    format(value, 2),
    `${sign(limit)} ${format(tolerance(limit), 2)}`,
    outcome,
  ]);
  return `### Limits\n\n${table(head, rows)}`;
}

/** @param {Verdict} verdict */
export function complaint({ limit, scenario, value, outcome }) {
  const allowed = `${sign(limit)} ${format(tolerance(limit), 2)}`;
  return `${describe(limit, scenario)}: ${outcome} (${format(value, 2)}, may be ${allowed})`;
}

/**
 * @param {Limit} limit
 * @param {string} scenario
 */
function describe({ metric, numerator, denominator, denominatorScenario }, scenario) {
  if (denominator === undefined) return `${scenario}: ${metric} of ${numerator}`;
  const elsewhere = denominatorScenario === undefined ? "" : ` in ${denominatorScenario}`;
  return `${scenario}: ${metric} of ${numerator} ÷ ${denominator}${elsewhere}`;
}

/** @param {Limit} limit */
function sign({ bound }) {
  return bound === "atMost" ? "≤" : "≥";
}

/** @param {Limit} limit */
function tolerance({ bound, target, margin }) {
  return bound === "atMost" ? target * margin : target / margin;
}
