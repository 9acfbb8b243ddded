// The results as Markdown.

import { medianOf, ratioOf } from "./results.js";
import { spread } from "./statistics.js";

/**
 * @typedef {import("../scenarios.js").Metric} Metric
 * @typedef {import("../scenarios.js").Scenario} Scenario
 * @typedef {import("./run.js").Result} Result
 */

/**
 * What every ratio is to.
 *
 * @param {Scenario} scenario
 */
export function yardsticksOf({ protocol }) {
  return protocol === "http" ? ["bare", "nginx"] : ["bare", "bare-stream"];
}

const NOTHING = "–";

/**
 * @param {readonly Result[]} results of one scenario
 * @returns {string}
 */
export function scenarioTable(results) {
  const scenario = results[0]?.scenario;
  if (scenario === undefined) return "";
  const head = scenario.metrics.flatMap(({ title }) => [
    title,
    ...yardsticksOf(scenario).map((id) => `× ${id}`),
  ]);
  const rows = results.map((result) => scenarioRow(results, result));
  return `### ${scenario.title} (\`${scenario.id}\`)\n\n${table(["server", ...head, "spread"], rows)}`;
}

/**
 * All servers in all scenarios: the first metric of each, which is what the server spent.
 *
 * @param {readonly Result[]} results
 */
export function summaryTable(results) {
  const scenarios = [...new Set(results.map(({ scenario }) => scenario))];
  const servers = [...new Set(results.map(({ server }) => server))];
  const head = scenarios.map(({ id, metrics: [{ unit }] }) => `${id}, ${unit}`);
  const rows = servers.map((server) => [
    server.title,
    ...scenarios.map((scenario) => {
      const [metric] = scenario.metrics;
      const key = { server: server.id, scenario: scenario.id, metric: metric.id };
      return format(medianOf(results, key), metric.digits);
    }),
  ]);
  return `### All: processor time a request or a GiB, growth of memory\n\n${table(["server", ...head], rows)}`;
}

/**
 * @param {readonly Result[]} results
 * @param {Result} result
 */
function scenarioRow(results, { scenario, server, samples, reason }) {
  if (samples.length === 0) return [server.title, `n/a (${shorten(reason)})`];
  const cells = scenario.metrics.flatMap((metric) => metricCells(results, scenario, server.id, metric));
  const first = scenario.metrics[0].id;
  return [server.title, ...cells, spreadCell(samples.map((sample) => sample[first] ?? NaN))];
}

/** @param {readonly number[]} numbers */
function spreadCell(numbers) {
  return numbers.length < 2 ? NOTHING : `${format(100 * spread(numbers), 0)} %`;
}

/** The details have been said already. @param {string} [reason] */
function shorten(reason = "not measured") {
  return reason.split(":")[0] ?? reason;
}

/**
 * A median, and how many times each yardstick's it is.
 *
 * @param {readonly Result[]} results
 * @param {Scenario} scenario
 * @param {string} server
 * @param {Metric} metric
 */
function metricCells(results, scenario, server, metric) {
  const key = { server, scenario: scenario.id, metric: metric.id };
  const ratios = yardsticksOf(scenario).map((yardstick) =>
    format(ratioOf(results, key, { ...key, server: yardstick }), 2),
  );
  return [format(medianOf(results, key), metric.digits), ...ratios];
}

/**
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows the first cell is text, all others are numbers; short ones are filled
 */
export function table(head, rows) {
  const full = rows.map((row) => head.map((_, index) => row[index] ?? ""));
  const widths = head.map((title, index) =>
    Math.max(3, title.length, ...full.map((row) => (row[index] ?? "").length)),
  );
  const pad = (/** @type {string} */ cell, /** @type {number} */ index) =>
    index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0);
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.map(pad).join(" | ")} |`;
  const rule = widths.map((width, index) => (index === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(head), line(rule), ...full.map(line)].join("\n");
}

/**
 * @param {number | undefined} value
 * @param {number} digits
 */
export function format(value, digits) {
  return value === undefined || !Number.isFinite(value) ? NOTHING : value.toFixed(digits);
}
