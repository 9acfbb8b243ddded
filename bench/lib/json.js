import { medianOf, ratioOf } from "./results.js";
import { yardsticksOf } from "./tables.js";

/**
 * @typedef {import("./run.js").Result} Result
 */

/**
 * Everything that was measured, for other programs.
 *
 * @param {import("./machine.js").Machine} machine
 * @param {import("./run.js").Plan} plan
 * @param {readonly Result[]} results
 * @param {readonly import("./limits.js").Verdict[]} verdicts
 */
export function toJson(machine, { rounds, seconds, otherSeconds }, results, verdicts) {
  const report = {
    date: new Date().toISOString(),
    machine,
    plan: { rounds, seconds, otherSeconds },
    results: results.map((result) => toPlain(results, result)),
    limits: verdicts,
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

/**
 * @param {readonly Result[]} results
 * @param {Result} result
 */
function toPlain(results, { scenario, server, samples, reason }) {
  /** @type {Record<string, number | undefined>} */
  const medians = {};
  /** @type {Record<string, Record<string, number | undefined>>} */
  const ratios = {};
  for (const { id } of samples.length === 0 ? [] : scenario.metrics) {
    const key = { server: server.id, scenario: scenario.id, metric: id };
    medians[id] = medianOf(results, key);
    ratios[id] = Object.fromEntries(
      yardsticksOf(scenario).map((yardstick) => [
        yardstick,
        ratioOf(results, key, { ...key, server: yardstick }),
      ]),
    );
  }
  return { scenario: scenario.id, server: server.id, reason, samples, medians, ratios };
}
