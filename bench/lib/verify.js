// A server is measured only where it answers as it should: the status, and the very bytes.

import { join } from "node:path";
import { ask, digestOfFile } from "./ask.js";

/**
 * @typedef {import("../scenarios.js").Scenario} Scenario
 *
 * @typedef {{ fields: Readonly<Record<string, string>> }} Verified with the fields that each request sends
 * @typedef {{ reason: string }} Refused with why it can't be measured
 */

/** Of a tree, so many of its files are compared. */
const SAMPLES = 50;

/** @type {Map<string, Promise<string>>} */
const digests = new Map();

/**
 * @param {Scenario} scenario
 * @param {number} port
 * @param {string} dir
 * @returns {Promise<Verified | Refused>}
 */
export async function verify(scenario, port, dir) {
  try {
    return await judge(scenario, port, dir);
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * @param {Scenario} scenario
 * @param {number} port
 * @param {string} dir
 * @returns {Promise<Verified | Refused>}
 */
async function judge(scenario, port, dir) {
  const fields = { ...scenario.fields };
  const { validator } = scenario;
  if (validator !== undefined) {
    const learned = (await ask(port, scenario.paths[0] ?? "")).fields[validator.from];
    if (typeof learned !== "string") return { reason: `no ${validator.from}` };
    fields[validator.to] = learned;
  }
  const step = Math.ceil(scenario.paths.length / SAMPLES);
  for (let index = 0; index < scenario.paths.length; index += step) {
    const path = scenario.paths[index] ?? "";
    const { status, digest } = await ask(port, path, fields);
    if (status !== scenario.status) return { reason: `status ${status}` };
    if (hasBody(status) && digest !== (await expected(join(dir, path), scenario.range))) {
      return { reason: "wrong bytes" };
    }
  }
  return { fields };
}

/** @param {number} status */
function hasBody(status) {
  return status === 200 || status === 206;
}

/**
 * @param {string} path
 * @param {Scenario["range"]} range
 */
function expected(path, range) {
  const key = `${path} ${range?.firstPos ?? ""}`;
  const digest = digests.get(key) ?? digestOfFile(path, range);
  digests.set(key, digest);
  return digest;
}
