// Installs the real clients that test/clients/ drives, the servers of test/engines/, and what makes the archives of
// test/archives/, where this machine lacks one and lets us install it. Where nothing is missing it does nothing. Runs before `npm test`, so it is plain JavaScript, with nothing to build.

import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import process from "node:process";

/**
 * @typedef {object} Client
 * @property {string} command what the tests start, or the path of what that loads
 * @property {string} debian the Debian package that holds it
 * @property {string} tests what is skipped without it
 */

/** @type {readonly Client[]} */
const CLIENTS = [
  { command: "curl", debian: "curl", tests: "curl" },
  { command: "wget", debian: "wget", tests: "wget" },
  { command: "aria2c", debian: "aria2", tests: "aria2" },
  { command: "zsync", debian: "zsync", tests: "zsync" },
  { command: "zsyncmake", debian: "zsync", tests: "zsync" },
  { command: "apt-get", debian: "apt", tests: "apt" },
  { command: "apt-ftparchive", debian: "apt-utils", tests: "apt" },
  { command: "dpkg-deb", debian: "dpkg", tests: "apt" },
  { command: "openssl", debian: "openssl", tests: "curl over TLS" },
  { command: "nginx", debian: "nginx", tests: "nginx" },
  { command: "apache2", debian: "apache2", tests: "Apache" },
  {
    command: "/usr/lib/apache2/modules/mod_xsendfile.so",
    debian: "libapache2-mod-xsendfile",
    tests: "Apache",
  },
  { command: "lighttpd", debian: "lighttpd", tests: "lighttpd" },
  { command: "caddy", debian: "caddy", tests: "Caddy" },
  { command: "chromium", debian: "chromium", tests: "Chromium" },
  { command: "zip", debian: "zip", tests: "archives" },
  { command: "tar", debian: "tar", tests: "archives" },
  { command: "bsdtar", debian: "libarchive-tools", tests: "archives" },
  { command: "python3", debian: "python3", tests: "archives" },
  {
    command: "/usr/lib/python3/dist-packages/requests/__init__.py",
    debian: "python3-requests",
    tests: "Python's requests",
  },
];

/** The index is a few megabytes and so are the packages; what takes longer than this will not come. Milliseconds. */
const UPDATE_TIME = 120_000;
const INSTALL_TIME = 240_000;

/** A server that is installed for the tests isn't to be started as a service of the machine. */
const ENVIRONMENT = ["DEBIAN_FRONTEND=noninteractive", "LC_ALL=C", "SYSTEMD_OFFLINE=1"];

const OPTIONS = [
  "-q",
  "-y",
  "-o",
  "DPkg::Lock::Timeout=60",
  "-o",
  "Acquire::Retries=1",
  "-o",
  "Acquire::http::Timeout=20",
];

/** What is told of a failed installation: enough to act on, without a page of progress. */
const TOLD_LINES = 3;

process.exitCode = main();

/** @returns {number} the exit code */
function main() {
  if (missing().length === 0) return 0;
  const obstacle = install(missing().map(({ debian }) => debian));
  const stillMissing = missing();
  if (stillMissing.length === 0) return 0;
  report(stillMissing, obstacle ?? "the packages are installed, but the commands are not on the PATH");
  return process.env["CI"] === "true" ? 1 : 0;
}

/** @returns {readonly Client[]} */
function missing() {
  return CLIENTS.filter(({ command }) => !isInstalled(command));
}

/** @param {string} command */
function isInstalled(command) {
  if (isAbsolute(command)) return isAccessible(command, constants.R_OK);
  // Servers stand beside what a user's own PATH names.
  return [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin"].some((folder) =>
    isAccessible(join(folder, command), constants.X_OK),
  );
}

/**
 * @param {string} path
 * @param {number} mode
 */
function isAccessible(path, mode) {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {readonly string[]} packages
 * @returns {string | undefined} what stood in the way
 */
function install(packages) {
  if (!isInstalled("apt-get")) return "there is no apt-get here; install them by other means";
  const elevate = elevation();
  if (elevate === undefined) return "apt-get needs root, and sudo would ask for a password";
  const names = [...new Set(packages)];
  console.log(`installing what the tests drive: ${names.join(" ")}`);
  const installing = () => aptGet(elevate, "install", ["--no-install-recommends", ...names], INSTALL_TIME);
  // A machine with a fresh index needs no update; one that has never fetched it, or long ago, does.
  if (installing() === undefined) return undefined;
  return aptGet(elevate, "update", [], UPDATE_TIME) ?? installing();
}

/** @returns {readonly string[] | undefined} what stands before a command so that root runs it */
function elevation() {
  if (process.getuid?.() === 0) return [];
  const sudo = isInstalled("sudo") && spawnSync("sudo", ["-n", "true"], { timeout: 10_000 }).status === 0;
  return sudo ? ["sudo", "-n"] : undefined;
}

/**
 * @param {readonly string[]} elevate
 * @param {string} verb
 * @param {readonly string[]} operands
 * @param {number} timeout milliseconds
 * @returns {string | undefined} why it failed
 */
function aptGet(elevate, verb, operands, timeout) {
  const [command, ...before] = [...elevate, "env", ...ENVIRONMENT, "apt-get"];
  const { status, error, stderr } = spawnSync(command, [...before, verb, ...OPTIONS, ...operands], {
    timeout,
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (status === 0) return undefined;
  if (error !== undefined) return `apt-get ${verb}: ${error.message}`;
  const told = stderr.split("\n").filter((line) => line.startsWith("E:"));
  return withoutAddresses([`apt-get ${verb} failed`, ...told.slice(0, TOLD_LINES)].join("\n  "));
}

/**
 * A log is read by others: where a machine gets its packages from is its owner's affair.
 *
 * @param {string} text
 */
function withoutAddresses(text) {
  return text
    .replaceAll(/[a-z+]+:\/\/\S+/g, "<address>")
    .replaceAll(/\[IP:[^\]]*\]/g, "")
    .replaceAll(/'[^']*\.[^']*'/g, "<name>");
}

/**
 * @param {readonly Client[]} clients
 * @param {string} obstacle
 */
function report(clients, obstacle) {
  console.warn(`These programs are missing: ${obstacle}.`);
  for (const { command, debian, tests } of clients) {
    console.warn(`  ${command} (Debian package ${debian}): the tests of ${tests} are skipped`);
  }
}
