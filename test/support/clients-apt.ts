import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { publish } from "./clients-files.ts";
import { type Finished, mustRun, run, type Running, start } from "./clients-run.ts";

export const PACKAGE = "stet-test-package";
const INSTALLED = `usr/share/${PACKAGE}/content`;

/** A machine in a folder: apt and dpkg see nothing of the system's own sources, settings, packages and hooks. */
export interface AptMachine {
  readonly apt: (...operands: readonly string[]) => Promise<Finished>;
  readonly startApt: (...operands: readonly string[]) => Running;
  /** What is installed: the version of our package; undefined where it isn't. */
  readonly version: () => Promise<string | undefined>;
  /** The file that our package installs. */
  readonly installed: string;
  /** Where a cut download is kept. */
  readonly partial: string;
}

/**
 * How a flat repository is written in a list of sources. With `./`, as apt's manual has it and as its own tools write
 * names into an index, each target that apt asks for holds a dot segment: `/repository/./Packages.gz`.
 */
export type Suite = "/" | "./";

/** @param repository its URL, without a slash at its end */
export function aptMachine(folder: string, repository: string, suite: Suite): AptMachine {
  const admin = join(folder, "var/lib/dpkg");
  const partial = join(folder, "var/cache/apt/archives/partial");
  const empty = ["etc/apt/apt.conf.d", "etc/apt/preferences.d", "var/lib/apt/lists/partial", "var/log/apt"];
  for (const name of empty) mkdirSync(join(folder, name), { recursive: true });
  for (const name of ["info", "updates", "triggers"]) mkdirSync(join(admin, name), { recursive: true });
  mkdirSync(partial, { recursive: true });
  writeFileSync(join(admin, "status"), "");
  writeFileSync(join(folder, "sources.list"), `deb [trusted=yes] ${repository}/ ${suite}\n`);
  // Read before anything else, so the folder with the system's own settings is never looked for.
  const config = join(folder, "apt.conf");
  writeFileSync(config, settings(folder));
  const options = { env: { APT_CONFIG: config, DEBIAN_FRONTEND: "noninteractive" } };
  return {
    apt: (...operands) => run("apt-get", ["-y", ...operands], options),
    startApt: (...operands) => start("apt-get", ["-y", ...operands], options),
    async version() {
      const query = ["--admindir", admin, "-W", "-f", "${db:Status-Status} ${Version}", PACKAGE];
      const { stdout } = await run("dpkg-query", query);
      return stdout.startsWith("installed ") ? stdout.slice("installed ".length) : undefined;
    },
    installed: join(folder, INSTALLED),
    partial,
  };
}

function settings(folder: string): string {
  return `
Dir "${folder}/";
Dir::State::status "${folder}/var/lib/dpkg/status";
Dir::Etc::sourcelist "${folder}/sources.list";
Dir::Etc::sourceparts "/dev/null";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "0";
Acquire::http::Proxy "DIRECT";
DPkg::Options { "--root=${folder}"; "--force-not-root"; "--force-bad-path"; };
`;
}

export interface Package {
  readonly version: string;
  readonly content: Uint8Array;
  /** Seconds since it was published. */
  readonly age: number;
}

/**
 * Puts our package into a flat repository, in place of what is there.
 *
 * @returns the name of its file
 */
export async function publishPackage(
  repository: string,
  suite: Suite,
  scratch: string,
  { version, content, age }: Package,
): Promise<string> {
  const tree = join(scratch, `${PACKAGE}-${age}`);
  publish(join(tree, INSTALLED), content);
  publish(join(tree, "DEBIAN/control"), control(version));
  // As apt itself names a package with an epoch: the colon's escape is part of the name.
  const name = `${PACKAGE}_${version.replace(":", "%3a")}_all.deb`;
  const staged = join(scratch, name);
  await mustRun("dpkg-deb", ["-Znone", "--build", tree, staged]);
  publish(join(repository, name), readFileSync(staged), age);
  await publishIndex(repository, suite, age);
  return name;
}

function control(version: string): string {
  return `Package: ${PACKAGE}
Version: ${version}
Architecture: all
Maintainer: stet <stet@example.org>
Description: proves that apt is served
`;
}

async function publishIndex(repository: string, suite: Suite, age: number): Promise<void> {
  const options = { cwd: repository };
  const { stdout } = await mustRun("apt-ftparchive", ["packages", "."], options);
  const packages = suite === "./" ? stdout : stdout.replaceAll("Filename: ./", "Filename: ");
  publish(join(repository, "Packages"), packages, age);
  publish(join(repository, "Packages.gz"), gzipSync(packages), age);
  writeFileSync(join(repository, "Release"), "");
  const { stdout: release } = await mustRun("apt-ftparchive", ["release", "."], options);
  publish(join(repository, "Release"), release, age);
}
