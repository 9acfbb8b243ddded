// A server is measured only where it answers as it should: the status, and the very bytes.

import { join } from "node:path";
import { requestsOf, toField } from "../scenarios.js";
import { ask, digestOfFile } from "./ask.js";

/**
 * @typedef {import("../scenarios.js").Scenario} Scenario
 *
 * @typedef {{ fields: Readonly<Record<string, string>> }} Verified with the fields that each request sends
 * @typedef {{ reason: string }} Refused with why it can't be measured
 */

/** Of many files or ranges, so many are compared. */
const SAMPLES = 50;

/** @type {Map<string, Promise<string>>} */
const digests = new Map();

/**
 * @param {Scenario} scenario
 * @param {import("./ask.js").Address} address
 * @param {string} dir the folder that is served
 * @returns {Promise<Verified | Refused>}
 */
export async function verify(scenario, address, dir) {
  try {
    return await judge(scenario, address, dir);
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * @param {Scenario} scenario
 * @param {import("./ask.js").Address} address
 * @param {string} dir
 * @returns {Promise<Verified | Refused>}
 */
async function judge(scenario, address, dir) {
  /** @type {Record<string, string>} */
  const fields = {};
  const { validator } = scenario;
  if (validator !== undefined) {
    const learned = (await ask(address, scenario.paths[0] ?? "")).fields[validator.from];
    if (typeof learned !== "string") return { reason: `no ${validator.from}` };
    fields[validator.to] = learned;
  }
  const all = requestsOf(scenario);
  const step = Math.ceil(all.length / SAMPLES);
  for (const { path, range } of all.filter((_, index) => index % step === 0)) {
    const { status, digest } = await ask(address, path, {
      ...fields,
      ...(range && { Range: toField(range) }),
    });
    if (status !== scenario.status) return { reason: `status ${status}` };
    if (hasBody(status) && digest !== (await expected(join(dir, path), range))) {
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
 * @param {import("../scenarios.js").Range} [range]
 */
function expected(path, range) {
  const key = `${path} ${range?.firstPos ?? ""}`;
  const digest = digests.get(key) ?? digestOfFile(path, range);
  digests.set(key, digest);
  return digest;
}
