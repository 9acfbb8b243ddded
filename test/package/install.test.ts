import { execFile, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import lock from "../../package-lock.json" with { type: "json" };
import manifest from "../../package.json" with { type: "json" };
import { Folder } from "../support/folder.ts";
import { skipAloud } from "../support/skip-aloud.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const run = promisify(execFile);

/** npm 11 warns of each dependency whose install script nobody has decided about. */
test("it is decided for each dependency of this repository whether its install script runs", () => {
  const scripted = Object.entries(lock.packages).filter(([, entry]) => "hasInstallScript" in entry);
  const decided: Readonly<Record<string, boolean>> = manifest.allowScripts;
  const undecided = scripted
    .map(([path]) => path.replace(/^.*node_modules\//, ""))
    .filter((name) => !(name in decided));
  expect(undecided).toEqual([]);
});

test("installing the package in an empty project prints no warning, and brings nothing optional", async () => {
  const folder = await Folder.make();
  onTestFinished(() => folder.remove());
  await folder.write("package.json", "{}");
  // It has been built before the tests: building it again would pull it from under those that run it.
  const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder.path];
  const { stdout: tarball } = await run("npm", pack, { cwd: ROOT });
  const install = ["install", "--prefer-offline", "--no-audit", "--no-fund", `./${tarball.trim()}`];
  const { stdout, stderr } = await run("npm", install, { cwd: folder.path, env: outside() }).catch(
    (error: Error) =>
      /network|ENOTFOUND|ECONN|ETIMEDOUT|EAI_AGAIN/.test(error.message)
        ? skipAloud("the registry can't be reached")
        : Promise.reject(error),
  );
  expect(stdout + stderr).toMatch(/^\s*added \d+ packages/);
  expect(stdout + stderr).not.toMatch(/warn|script|koffi/i);
  const stet = folder.to("node_modules/stet/dist/cli/main.js");
  const flags = ["--never-overwritten", "--workers", "2", "--port", "0"];
  const server = spawn(process.execPath, [stet, "serve", ...flags], { cwd: folder.path, stdio: "pipe" });
  onTestFinished(() => void server.kill("SIGKILL"));
  const said = { stdout: "", stderr: "" };
  server.stdout.on("data", (text: Buffer) => (said.stdout += text.toString()));
  server.stderr.on("data", (text: Buffer) => (said.stderr += text.toString()));
  await expect.poll(() => said.stdout).toMatch(/^stet serving . at /);
  const isLinux = process.platform === "linux";
  await expect
    .poll(() => said.stderr)
    .toMatch(isLinux ? /^--never-overwritten: .* npm install koffi\n$/ : /^$/);
});

/** The environment without what the npm that runs the tests has put there for the scripts of this project. */
function outside(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(?:config_local_prefix|package_)/.test(name)),
  );
}
