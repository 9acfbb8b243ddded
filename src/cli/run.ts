import { Command, CommanderError } from "commander";
import { addConfig } from "./commands/config.ts";
import { addServe } from "./commands/serve.ts";
import { addSign } from "./commands/sign.ts";
import { ToldFailure, UsageError } from "./errors.ts";
import { surviveClosedOutput, writeLine } from "./output.ts";
import { readVersion } from "./version.ts";

export interface RunOptions {
  /** The folder that `serve` takes where none is named. Default: the current one. */
  readonly defaultDir?: string;
}

const DONE = 0;
const FAILED = 1;
const MISUSED = 2;

/**
 * Runs the command line.
 *
 * @param argv the arguments after the command's own name
 * @returns the exit code, when the command has come to its end
 */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<number> {
  surviveClosedOutput();
  try {
    await toProgram(options).parseAsync(argv.length === 0 ? ["--help"] : argv, { from: "user" });
    return DONE;
  } catch (error) {
    // Commander has already told what is wrong, or has shown what was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : MISUSED;
    if (error instanceof ToldFailure) return FAILED;
    if (!(error instanceof UsageError)) throw error;
    writeLine(process.stderr, `stet: ${error.message}`);
    return MISUSED;
  }
}

/** Each command is one file of `commands/`, and one line here. */
function toProgram({ defaultDir = "." }: RunOptions): Command {
  const program = new Command("stet")
    .description(
      "Delivers files over HTTP: unchanged, a 304; interrupted, resumed; otherwise the whole file.",
    )
    .version(readVersion(), "-V, --version", "show the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command")
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "stet: ")) })
    .exitOverride()
    .showHelpAfterError("See `stet --help`.")
    .addHelpText(
      "after",
      "\nExample:\n  stet serve public      serve the folder public at http://127.0.0.1:3000/",
    );
  addServe(program, defaultDir);
  addSign(program);
  addConfig(program);
  return program;
}
