import { parseArgs } from "node:util";
import { SCENARIOS } from "../scenarios.js";
import { SERVERS } from "../servers.js";
import { isLimitedIn } from "./limits.js";

/**
 * @typedef {object} Arguments
 * @property {import("./run.js").Plan} plan
 * @property {boolean} check whether a broken limit is a failure
 * @property {string | undefined} json where the results are written
 *
 * @typedef {{ id: string, title: string }} Named
 */

/** Seconds: whole ones, since wrk takes no others. The others are there for context, so they are measured shortly. */
const FULL = { rounds: 3, seconds: 5, otherSeconds: 1 };
const QUICK = { rounds: 2, seconds: 1, otherSeconds: 1 };

export const USAGE = `npm run bench -- [options]

  --quick              2 rounds of 1 s, instead of 3 rounds of 5 s (references) and 1 s (others)
  --only a,b           only these servers; ratios want bare and nginx among them
  --scenarios a,b      only these scenarios
  --check              only what bench/limits.json speaks of; fails where a limit is broken; quick unless --full
  --full               with --check: 3 rounds of 5 s
  --rounds N           so many rounds
  --seconds N          so many seconds for every measurement
  --json FILE          writes everything that was measured, too
  --help               this help

servers:
${list(SERVERS)}

scenarios:
${list(SCENARIOS)}
`;

/**
 * @param {readonly string[]} argv
 * @returns {Arguments | undefined} undefined where help is asked for
 * @throws TypeError where they mean nothing
 */
export function readArguments(argv) {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      quick: { type: "boolean", default: false },
      full: { type: "boolean", default: false },
      check: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      only: { type: "string" },
      scenarios: { type: "string" },
      rounds: { type: "string" },
      seconds: { type: "string" },
      json: { type: "string" },
    },
  });
  if (values.help) return undefined;
  const { quick, full, check, json } = values;
  const mode = quick || (check && !full) ? QUICK : FULL;
  const seconds = readCount("--seconds", values.seconds);
  return {
    check,
    json,
    plan: {
      limitedOnly: check,
      servers: choose("--only", values.only, SERVERS.filter(check ? isLimitedServer : isUsual), SERVERS),
      scenarios: choose(
        "--scenarios",
        values.scenarios,
        check ? SCENARIOS.filter(isLimitedScenario) : SCENARIOS,
        SCENARIOS,
      ),
      rounds: readCount("--rounds", values.rounds) ?? mode.rounds,
      seconds: seconds ?? mode.seconds,
      otherSeconds: seconds ?? mode.otherSeconds,
    },
  };
}

/** @param {import("../servers.js").Server} server */
function isUsual({ isVariant }) {
  return isVariant !== true;
}

/** @param {Named} server */
function isLimitedServer({ id }) {
  return SCENARIOS.some((scenario) => isLimitedIn(id, scenario.id));
}

/** @param {Named} scenario */
function isLimitedScenario({ id }) {
  return SERVERS.some((server) => isLimitedIn(server.id, id));
}

/**
 * @template {Named} T
 * @param {string} flag
 * @param {string | undefined} value identifiers with commas between
 * @param {readonly T[]} usual what is taken where there is no such flag
 * @param {readonly T[]} all
 */
function choose(flag, value, usual, all) {
  if (value === undefined) return usual;
  const ids = value.split(",").map((id) => id.trim());
  const unknown = ids.find((id) => !all.some((one) => one.id === id));
  if (unknown === undefined) return all.filter(({ id }) => ids.includes(id));
  throw new TypeError(`${flag}: there is no "${unknown}"; there are:\n${list(all)}`);
}

/**
 * @param {string} flag
 * @param {string | undefined} value
 */
function readCount(flag, value) {
  if (value === undefined) return undefined;
  if (/^[1-9]\d{0,2}$/.test(value)) return Number(value);
  throw new TypeError(`${flag} takes a whole number from 1 to 999, not "${value}"`);
}

/** @param {readonly Named[]} all */
function list(all) {
  return all.map(({ id, title }) => `  ${id.padEnd(16)} ${title.replaceAll(/[*`]/g, "")}`).join("\n");
}
