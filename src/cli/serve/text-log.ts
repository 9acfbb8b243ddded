import { styleText } from "node:util";
import { formatLogLine, toLogFields } from "../../observe/log-line.ts";
import { writeLine } from "../output.ts";
import { describeFailure, type Log, type LogOptions, readyMessage } from "./log.ts";

/** Lines for a person. */
export function textLog({ quiet, output: { stdout, stderr } }: LogOptions): Log {
  // A worker's lines end at the terminal of the process, too: it has inherited that.
  const paint = process.stdout.isTTY && process.stdout.hasColors() ? paintStatus : String;
  return {
    ready: (dir, url) => writeLine(stdout, readyMessage(dir, url)),
    notice: (message) => writeLine(stderr, message),
    delivered: (event) => {
      if (!quiet) writeLine(stdout, formatLogLine(toLogFields(event), paint));
    },
    failed: (error) => writeLine(stderr, `stet: ${describeFailure(error)}`),
  };
}

function paintStatus(status: number): string {
  return styleText(
    status >= 500 ? "red" : status >= 400 ? "yellow" : status >= 300 ? "cyan" : "green",
    String(status),
  );
}
