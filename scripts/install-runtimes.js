// Installs the runtimes that test/runtimes/ tries the packed package on, where they are missing: the other Nodes, Bun, Deno
// and workerd. Runs before `npm test`.

import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { install, isInstalled, readPinned } from "./pinned.js";

const TEST = fileURLToPath(new URL("../test", import.meta.url));

/** As npm and each of the packages call this machine. */
const MACHINE = new RegExp(
  `${process.platform}-(${process.arch}|${{ x64: "64", arm64: "aarch64" }[process.arch]})`,
);

for (const folder of ["nodes", "runtimes"].map((name) => join(TEST, name))) {
  const names = Object.keys(readPinned(folder)).filter((name) => MACHINE.test(name));
  if (!names.every((name) => isInstalled(folder, name))) install(folder);
}
