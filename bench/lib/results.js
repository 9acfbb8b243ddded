// Looking things up in the results of a run.

import { median } from "./statistics.js";

/**
 * @typedef {import("./run.js").Result} Result
 *
 * @typedef {object} Key
 * @property {string} server
 * @property {string} scenario
 * @property {string} metric
 */

/**
 * @param {readonly Result[]} results
 * @param {Key} key
 * @returns {number | undefined} the median of the rounds
 */
export function medianOf(results, { server, scenario, metric }) {
  const result = results.find((result) => result.server.id === server && result.scenario.id === scenario);
  if (result === undefined || result.samples.length === 0) return undefined;
  return median(result.samples.map((sample) => sample[metric] ?? NaN));
}

/**
 * @param {readonly Result[]} results
 * @param {Key} numerator
 * @param {Key} denominator
 * @returns {number | undefined} undefined where one wasn't measured, or the ratio would mean nothing
 */
export function ratioOf(results, numerator, denominator) {
  const over = medianOf(results, numerator);
  const under = medianOf(results, denominator);
  return over === undefined || under === undefined || under <= 0 ? undefined : over / under;
}
