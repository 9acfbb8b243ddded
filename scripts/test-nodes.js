// npm run test:nodes [major...]: the tests of what depends on a Node's internals, on each Node that is promised but the one
// that runs npm. The exact versions stand in test/nodes/package.json, and are installed beside it.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { install, isInstalled, pinnedVersion, readPinned } from "./pinned.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const NODES = join(ROOT, "test", "nodes");
const VITEST = join(ROOT, "node_modules", "vitest", "vitest.mjs");

/** What is tested. The tests tagged "one-node" are left to the Node that runs npm: see vitest.config.ts. */
const TESTS = [
  "src/adapters/node",
  "src/cli/serve/workers",
  "src/deliveries",
  "test/cache",
  "test/cli/protocol.test.ts",
  "test/cli/workers.test.ts",
  "test/cli/workers-end.test.ts",
  "test/contracts/adapter.test.ts",
  "test/contracts/delivery.test.ts",
  "test/contracts/never-overwritten.test.ts",
  "test/contracts/source.test.ts",
  "test/events",
  "test/faults/large.test.ts",
  "test/faults/transfer.test.ts",
  "test/faults/turns.test.ts",
  "test/nodes",
];

/** The tests of one take a minute or more; on a loaded machine, much more. Milliseconds. */
const TEST_TIME = 900_000;

/**
 * @typedef {object} Node
 * @property {string} major
 * @property {string} name of its package
 * @property {string | undefined} version undefined where there is no package of it for this machine
 */

/** @typedef {"passed" | "failed" | "skipped"} Outcome */

process.exitCode = main(process.argv.slice(2));

/**
 * @param {readonly string[]} majors
 * @returns {number} the exit code
 */
function main(majors) {
  // A path that matches nothing is passed over by Vitest.
  const lost = TESTS.filter((path) => !existsSync(join(ROOT, path)));
  if (lost.length > 0) throw new Error(`There are no tests at ${lost.join(", ")}: see TESTS.`);
  const nodes = nodesFor(majors);
  if (nodes.some(({ name, version }) => version !== undefined && !isInstalled(NODES, name))) {
    console.log("installing the other Nodes");
    install(NODES);
  }
  const outcomes = nodes.map(testOn);
  const bad = process.env["CI"] === "true" ? ["failed", "skipped"] : ["failed"];
  return outcomes.some((outcome) => bad.includes(outcome)) ? 1 : 0;
}

/**
 * @param {readonly string[]} majors all but the running one's where there are none
 * @returns {readonly Node[]}
 */
function nodesFor(majors) {
  const known = [...new Set(Object.keys(readPinned(NODES)).map((name) => name.split("-")[1]))];
  const unknown = majors.filter((major) => !known.includes(major));
  if (unknown.length > 0) throw new Error(`There is no Node ${unknown.join(", ")}, but ${known.join(", ")}.`);
  const running = process.versions.node.split(".")[0];
  const asked = majors.length > 0 ? majors : known.filter((major) => major !== running);
  return asked.map((major) => {
    const name = `node-${major}-${process.platform}-${process.arch}`;
    return { major, name, version: pinnedVersion(NODES, name) };
  });
}

/**
 * @param {Node} node
 * @returns {Outcome}
 */
function testOn({ major, name, version }) {
  if (version === undefined) {
    return skip(major, `there is no package of it for ${process.platform} on ${process.arch}`);
  }
  const node = join(NODES, "node_modules", name, "bin", "node");
  const { stdout, error } = spawnSync(node, ["--print", "process.version"], { encoding: "utf8" });
  if (error !== undefined || stdout === "") return skip(major, "it could not be installed, or doesn't start");
  const found = stdout.trim();
  if (found !== `v${version}`) {
    console.error(`Node ${found} is there in the place of v${version}`);
    return "failed";
  }
  console.log(`Node ${found}: ${TESTS.join(" ")}`);
  const started = performance.now();
  const { status } = spawnSync(node, [VITEST, "run", "--tagsFilter=!one-node", ...TESTS], {
    cwd: ROOT,
    env: { ...process.env, STET_TEST_NODE: found },
    timeout: TEST_TIME,
    stdio: "inherit",
  });
  const outcome = status === 0 ? "passed" : "failed";
  console.log(`Node ${found}: ${outcome} in ${Math.round((performance.now() - started) / 1000)} s`);
  return outcome;
}

/**
 * @param {string} major
 * @param {string} reason
 * @returns {Outcome}
 */
function skip(major, reason) {
  console.warn(`skipped: the tests on Node ${major}: ${reason}`);
  return "skipped";
}
