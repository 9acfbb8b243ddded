// `npm start -- [dir] [flags]`: `stet serve`, with a sample folder where none is named.
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../dist/cli/run.js";

// npm runs this in the project's folder, but a folder is named from where the command was typed.
if (process.env["npm_lifecycle_event"] === "start") process.chdir(process.env["INIT_CWD"] ?? ".");

const sample = fileURLToPath(new URL("../examples/sample", import.meta.url));

process.exitCode = await run(["serve", ...process.argv.slice(2)], {
  defaultDir: relative(process.cwd(), sample) || ".",
});
