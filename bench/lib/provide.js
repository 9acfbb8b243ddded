// Sets up what a run needs: the packages of bench/, a build of stet, the programs. What can't be had is said aloud, and the
// servers that need it are left out.

import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { providePrograms } from "./programs.js";
import { say } from "./say.js";

/**
 * @typedef {import("../servers.js").Server} Server
 * @typedef {import("./programs.js").Program} Program
 *
 * @typedef {{ taskset: Program, wrk: Program }} Tools without which there is nothing to measure with
 */

/** @type {readonly ("nginx" | "lighttpd" | "caddy")[]} */
const PROGRAMS = ["nginx", "lighttpd", "caddy"];

const BENCH = fileURLToPath(new URL("../", import.meta.url));
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const BUN = join(BENCH, "node_modules/.bin/bun");

/** Milliseconds. */
const NPM_TIME = 300_000;

/**
 * @param {readonly Server[]} servers those that are asked for
 * @returns {{ tools: Tools, runtimes: ReadonlyMap<Server["needs"], Program> }} `runtimes` has what
 *   starts a server, by what it needs
 * @throws Error where there is nothing to measure with
 */
export function provide(servers) {
  if (process.platform !== "linux") throw new Error("the bench reads /proc, which is Linux's");
  const needs = new Set(servers.map(({ needs }) => needs));
  const found = providePrograms(["taskset", "wrk"]);
  const [taskset, wrk] = [found.get("taskset"), found.get("wrk")];
  if (taskset === undefined || wrk === undefined) throw new Error("there is nothing to measure with");
  buildIfAbsent();

  /** @type {Map<Server["needs"], Program>} */
  const runtimes = new Map();
  const node = { command: process.execPath, flags: [], env: { NODE_ENV: "production" } };
  runtimes.set("node", node);
  if ((needs.has("packages") || needs.has("bun")) && installPackages()) {
    if (needs.has("packages")) runtimes.set("packages", node);
    if (needs.has("bun")) provideBun(runtimes);
  }
  for (const [name, program] of providePrograms(PROGRAMS.filter((name) => needs.has(name)))) {
    runtimes.set(name, program);
  }
  return { tools: { taskset, wrk }, runtimes };
}

/** @param {Map<Server["needs"], Program>} runtimes */
function provideBun(runtimes) {
  const { status } = spawnSync(BUN, ["--version"], { timeout: 30_000, stdio: "ignore" });
  if (status === 0) runtimes.set("bun", { command: BUN, flags: [], env: { NODE_ENV: "production" } });
  else say("Bun does not run here: its servers are left out");
}

function buildIfAbsent() {
  if (existsSync(join(ROOT, "dist/index.js"))) return;
  say("building dist/");
  const { status } = spawnSync("npm", ["run", "build"], { cwd: ROOT, timeout: NPM_TIME, stdio: "inherit" });
  if (status !== 0) throw new Error("stet could not be built");
}

/** @returns {boolean} whether the packages are there */
function installPackages() {
  if (isInstalled()) return true;
  say("installing the packages of bench/");
  const argv = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status } = spawnSync("npm", argv, { cwd: BENCH, timeout: NPM_TIME, stdio: ["ignore", 2, 2] });
  if (status !== 0) say("npm could not install them: the servers that need them are left out");
  return status === 0;
}

/** npm notes what it has installed; a lockfile that is newer has changed since. */
function isInstalled() {
  const noted = statSync(join(BENCH, "node_modules/.package-lock.json"), { throwIfNoEntry: false });
  const locked = statSync(join(BENCH, "package-lock.json"));
  return noted !== undefined && noted.mtimeMs >= locked.mtimeMs;
}
