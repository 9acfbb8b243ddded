// Packages of programs that the tests start, pinned for each system and processor in a folder of their own.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Each is fifty to a hundred and fifty megabytes. Milliseconds. */
const INSTALL_TIME = 240_000;

/**
 * @param {string} folder
 * @returns {Readonly<Record<string, string>>} the packages by their names there
 */
export function readPinned(folder) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).optionalDependencies;
}

/**
 * @param {string} folder
 * @param {string} name of one of its packages
 * @returns {string | undefined} its pinned version, without the name that an alias stands for
 */
export function pinnedVersion(folder, name) {
  const pinned = readPinned(folder)[name];
  return pinned?.slice(pinned.lastIndexOf("@") + 1);
}

/**
 * @param {string} folder
 * @param {string} name
 */
export function isInstalled(folder, name) {
  try {
    const manifest = readFileSync(join(folder, "node_modules", name, "package.json"), "utf8");
    return JSON.parse(manifest).version === pinnedVersion(folder, name);
  } catch {
    return false;
  }
}

/** @param {string} folder */
export function install(folder) {
  // Several of the packages have a command of the same name, and none is to be linked.
  spawnSync("npm", ["ci", "--no-bin-links", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: folder,
    timeout: INSTALL_TIME,
    stdio: "inherit",
  });
}
