// `npm start -- [dir] [flags]`: `stet serve`, with a sample folder where none is named.
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../dist/cli/run.js";

const sample = fileURLToPath(new URL("../examples/sample", import.meta.url));

process.exitCode = await run(["serve", ...process.argv.slice(2)], {
  defaultDir: relative(process.cwd(), sample) || ".",
});
