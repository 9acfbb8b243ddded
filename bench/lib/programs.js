// Finds the programs that are measured, and unpacks those that this machine lacks.
//
// Nothing is installed: the packages are fetched by apt and unpacked in bench/.cache/, so no service starts by itself,
// now or at the next boot, and removing the folder undoes it all. Neither needs root, unless apt has no index yet.

import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { say } from "./say.js";

/**
 * @typedef {object} Program
 * @property {string} command its path
 * @property {readonly string[]} flags what an unpacked program must be told to find its parts
 * @property {Readonly<Record<string, string>>} env
 */

const UNPACKED = fileURLToPath(new URL("../.cache/programs/", import.meta.url));

/** Debian keeps servers where a user's PATH may not lead. */
const FOLDERS = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/local/sbin", "/usr/sbin", "/sbin"];
const UNPACKED_FOLDERS = ["usr/bin", "usr/sbin"].map((folder) => join(UNPACKED, folder));

/** Milliseconds; what takes longer will not come. */
const APT_TIME = 180_000;

/** Where an unpacked lighttpd finds its modules. */
const FLAGS = new Map([["lighttpd", ["-m", join(UNPACKED, "usr/lib/lighttpd")]]]);

/**
 * @template {string} Name
 * @param {readonly Name[]} names each is the name of a command and of the Debian package that holds it
 * @returns {ReadonlyMap<Name, Program>} those that are there; what is missing has been said aloud
 */
export function providePrograms(names) {
  const missing = names.filter((name) => findProgram(name) === undefined);
  const obstacle = missing.length === 0 ? undefined : unpackPackages(missing);
  /** @type {Map<Name, Program>} */
  const programs = new Map();
  for (const name of names) {
    const program = findProgram(name);
    if (program === undefined) say(`${name} is not here: ${obstacle ?? "its package has no such command"}`);
    else programs.set(name, program);
  }
  return programs;
}

/**
 * @param {string} name
 * @returns {Program | undefined}
 */
function findProgram(name) {
  const installed = findIn(FOLDERS, name);
  if (installed !== undefined) return { command: installed, flags: [], env: {} };
  const unpacked = findIn(UNPACKED_FOLDERS, name);
  if (unpacked === undefined) return undefined;
  const env = { LD_LIBRARY_PATH: libraryFolders().join(":") };
  return { command: unpacked, flags: FLAGS.get(name) ?? [], env };
}

/**
 * @param {readonly string[]} folders
 * @param {string} name
 */
function findIn(folders, name) {
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Debian keeps libraries below the name of the architecture, such as `usr/lib/x86_64-linux-gnu`. */
function libraryFolders() {
  return ["usr/lib", "lib"]
    .map((folder) => join(UNPACKED, folder))
    .flatMap((folder) => (existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []))
    .filter((folder) => folder.endsWith("-linux-gnu"));
}

/**
 * @param {readonly string[]} names
 * @returns {string | undefined} what stood in the way
 */
function unpackPackages(names) {
  if (findIn(FOLDERS, "apt-get") === undefined) return "there is no apt-get; install it by other means";
  say(`unpacking in bench/.cache: ${names.join(", ")}`);
  const archives = join(UNPACKED, "archives");
  mkdirSync(archives, { recursive: true });
  const packages = neededPackages(names) ?? (updateIndex() ? neededPackages(names) : undefined);
  if (packages === undefined) return "apt doesn't know its package; is its index up to date?";
  if (!run("apt-get", ["-q", "-o", "APT::Sandbox::User=root", "download", ...packages], archives).ok) {
    return "apt could not download its package";
  }
  for (const archive of readdirSync(archives)) run("dpkg-deb", ["-x", archive, UNPACKED], archives);
  return undefined;
}

/**
 * The packages and those they depend on, except what is installed already.
 *
 * @param {readonly string[]} names
 * @returns {readonly string[] | undefined} undefined where apt doesn't know them
 */
function neededPackages(names) {
  const simulated = run("apt-get", ["-s", "install", "--no-install-recommends", ...names]);
  if (!simulated.ok) return undefined;
  // "Inst caddy (2.6.2-5 …)"; one that is installed says "Inst libnss3 [2:3.87.1-1] (…)".
  return [...simulated.stdout.matchAll(/^Inst (\S+) \(/gm)].map(([, name = ""]) => name);
}

/** Only root may. */
function updateIndex() {
  const update = ["apt-get", "-q", "update"];
  return process.getuid?.() === 0 ? run("env", update).ok : run("sudo", ["-n", ...update]).ok;
}

/**
 * @param {string} command
 * @param {readonly string[]} argv
 * @param {string} [cwd]
 */
function run(command, argv, cwd) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };
  const { status, stdout } = spawnSync(command, argv, { cwd, env, timeout: APT_TIME, encoding: "utf8" });
  return { ok: status === 0, stdout: stdout ?? "" };
}
