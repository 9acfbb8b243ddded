import { execFile } from "node:child_process";
import { copyFile, mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { rolldown } from "rolldown";
import { Folder } from "../support/folder.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const HERE = fileURLToPath(new URL(".", import.meta.url));

const run = promisify(execFile);

/** A folder with the apps, in which the packed package is installed as a user has it. */
export async function installPacked(): Promise<Folder> {
  const folder = await Folder.make();
  const stet = folder.to("node_modules/stet");
  await mkdir(stet, { recursive: true });
  // It has been built before the tests: building it again would pull it from under those that run it.
  const { stdout } = await run(
    "npm",
    ["pack", "--ignore-scripts", "--json", "--pack-destination", folder.path],
    {
      cwd: ROOT,
    },
  );
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  await run("tar", ["-xzf", folder.to(filename), "-C", stet, "--strip-components=1"]);
  for (const name of ["hono", "mime", "mrmime", "ms", "picomatch", "yauzl"]) {
    await symlink(join(ROOT, "node_modules", name), folder.to(`node_modules/${name}`));
  }
  await folder.write(
    "package.json",
    JSON.stringify({
      type: "module",
      dependencies: { stet: "*", hono: "*", mime: "*", mrmime: "*", ms: "*", picomatch: "*", yauzl: "*" },
    }),
  );
  for (const name of await readdir(HERE)) {
    if (/\.(?:js|capnp)$/.test(name)) await copyFile(join(HERE, name), folder.to(name));
  }
  await bundleWorker(folder);
  return folder;
}

/** As the tools for workers do it. */
async function bundleWorker(folder: Folder): Promise<void> {
  const bundle = await rolldown({
    input: folder.to("worker.js"),
    cwd: folder.path,
    resolve: { conditionNames: ["workerd", "worker", "import", "default"] },
  });
  await bundle.write({ file: folder.to("worker.bundle.js"), format: "esm" });
  await bundle.close();
}
