// `npm start -- [dir] [flags]`: `stet serve`, with a sample folder where none is named.
import { relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { run } from "../dist/cli/run.js";

/** How often it is checked whether npm is still there. Milliseconds. */
const PARENT_CHECK = 100;

const isStartedByNpm = process.env["npm_lifecycle_event"] === "start";

// npm runs this in the project's folder, but a folder is named from where the command was typed.
if (isStartedByNpm) process.chdir(process.env["INIT_CWD"] ?? ".");
if (isStartedByNpm) stopWithParent();

const sample = fileURLToPath(new URL("../examples/sample", import.meta.url));

process.exitCode = await run(["serve", ...process.argv.slice(2)], {
  defaultDir: relative(process.cwd(), sample) || ".",
});

/**
 * Stops the server when its parent has ended. npm passes SIGTERM on to the shell in which it runs a script, and many shells end
 * without passing it on. (`exec node …` as the script would do without a shell, but not on Windows.)
 */
function stopWithParent() {
  const parent = process.ppid;
  let isStopping = false;
  for (const [signal, exitCode] of /** @type {const} */ ([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ])) {
    process.once(signal, () => {
      isStopping = true;
      // Before the command listens for signals, they end it as they end any process.
      if (process.listenerCount(signal) === 0) process.exit(exitCode);
    });
  }
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    // A signal of its own, which came first, is seen before this: a second one would stop the requests under way, too.
    setImmediate(() => isStopping || process.kill(process.pid, "SIGTERM"));
  }, PARENT_CHECK);
  timer.unref();
}
