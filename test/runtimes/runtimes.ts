import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const NODES = fileURLToPath(new URL("../nodes/node_modules", import.meta.url));
const OTHERS = fileURLToPath(new URL("node_modules", import.meta.url));

export interface Runtime {
  readonly name: string;
  readonly hasFiles: boolean;
  /**
   * The command that serves a folder from where the packed package is; undefined where it isn't installed.
   *
   * @param script a module of this folder, in place of the runtime's own
   */
  readonly command: (folder: string, script?: string) => Promise<readonly string[] | undefined>;
}

export const RUNTIMES: readonly Runtime[] = [
  ...["20", "22", "24", "26"].map((major): Runtime => ({
    name: `Node ${major}`,
    hasFiles: true,
    command: async (folder, script = "node.js") => {
      const node = await findNode(major);
      return node === undefined ? undefined : [node, script, folder];
    },
  })),
  other("Bun 1", "@oven", "bin/bun", (folder, script = "bun.js") => [script, folder]),
  other("Deno 2", "@deno", "deno", (folder, script = "deno.js") => [
    "run",
    "--no-remote",
    "--node-modules-dir=manual",
    "--allow-net=127.0.0.1",
    "--allow-read",
    script,
    folder,
  ]),
  {
    ...other("Cloudflare-Workers", "@cloudflare", "bin/workerd", () => [
      "serve",
      "worker.capnp",
      "--control-fd=1",
    ]),
    hasFiles: false,
  },
];

async function findNode(major: string): Promise<string | undefined> {
  if (process.versions.node.split(".")[0] === major) return process.execPath;
  const node = join(NODES, `node-${major}-${process.platform}-${process.arch}`, "bin", "node");
  return existsSync(node) ? node : undefined;
}

function other(
  name: string,
  scope: string,
  path: string,
  parameters: (folder: string, script?: string) => readonly string[],
): Runtime {
  return {
    name,
    hasFiles: true,
    command: async (folder, script) => {
      const found = await findProgram(scope, path);
      return found === undefined ? undefined : [found, ...parameters(folder, script)];
    },
  };
}

/** @returns the program at a path of its package; undefined where it isn't installed */
export async function findProgram(scope: string, path: string): Promise<string | undefined> {
  // Of the packages for each machine, npm installs the one for this.
  const packages = await readdir(join(OTHERS, scope)).catch(() => []);
  return packages.map((each) => join(OTHERS, scope, each, path)).find(existsSync);
}

export interface Running {
  readonly port: number;
  /** What it has written to its standard error so far. */
  readonly errors: () => string;
  readonly stop: () => Promise<void>;
}

/** Starts a runtime, and waits for its port. */
export async function startRuntime(
  [command = "", ...parameters]: readonly string[],
  cwd: string,
): Promise<Running> {
  const child = spawn(command, parameters, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  const errors: string[] = [];
  child.stderr.on("data", (chunk) => errors.push(String(chunk)));
  const ended = once(child, "exit");
  const [line] = await Promise.race([once(createInterface(child.stdout), "line"), ended.then(() => [""])]);
  const port = Number(/(\d+)\D*$/.exec(String(line))?.[1]);
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  if (port > 0) return { port, stop, errors: () => errors.join("") };
  await stop();
  throw new Error(`${command} didn't tell its port: ${line}${errors.join("")}`);
}
