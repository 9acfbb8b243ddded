// Where and with what it was measured: a figure without these means little.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release } from "node:os";
import process from "node:process";

/** @typedef {import("./programs.js").Program} Program */

/** How each program tells its version. */
const VERSION_FLAGS = { nginx: ["-v"], lighttpd: ["-v"], caddy: ["version"], bun: ["--version"] };

/** A machine that does more than this beside is too busy to be trusted. */
const BUSY = 0.5;

/**
 * @typedef {object} Machine
 * @property {string} processor
 * @property {number} cores
 * @property {string} kernel
 * @property {string} node
 * @property {number} load average of the last minute, before the run
 * @property {Record<string, string>} versions of programs and packages
 *
 * @param {ReadonlyMap<string, Program>} runtimes by what needs them
 * @returns {Machine}
 */
export function describeMachine(runtimes) {
  const processors = cpus();
  return {
    processor: processors[0]?.model ?? "unknown",
    cores: processors.length,
    kernel: release(),
    node: process.version,
    load: loadavg()[0] ?? 0,
    versions: { ...programVersions(runtimes), ...(runtimes.has("packages") ? packageVersions() : {}) },
  };
}

/** @param {Machine} machine */
export function machineText({ processor, cores, kernel, node, load, versions }) {
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const lines = [
    `${processor}, ${cores} cores, Linux ${kernel}, Node ${node}; load before the run ${load.toFixed(2)}`,
    ...(named.length > 0 ? [named.join(", ")] : []),
    ...(load > BUSY
      ? ["**This machine was busy: trust the ratios only, and those within their spread.**"]
      : []),
  ];
  return lines.join("\n\n");
}

/** @param {ReadonlyMap<string, Program>} runtimes */
function programVersions(runtimes) {
  /** @type {Record<string, string>} */
  const versions = {};
  for (const [name, flags] of Object.entries(VERSION_FLAGS)) {
    const program = runtimes.get(name);
    if (program !== undefined) versions[name] = versionOf(program, flags);
  }
  return versions;
}

/**
 * @param {Program} program
 * @param {readonly string[]} flags
 */
function versionOf({ command, env }, flags) {
  const { stdout, stderr } = spawnSync(command, flags, {
    encoding: "utf8",
    timeout: 10_000,
    env: { ...process.env, ...env },
  });
  return /\d+\.\d+(\.\d+)?/.exec(`${stdout}${stderr}`)?.[0] ?? "unknown";
}

/** The packages that bench/ names itself, as installed. */
function packageVersions() {
  const lock = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"));
  const names = Object.keys(lock.packages[""].dependencies).filter((name) => name !== "bun");
  return Object.fromEntries(names.map((name) => [name, lock.packages[`node_modules/${name}`].version]));
}
