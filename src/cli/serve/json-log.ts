import { pino } from "pino";
import { toLogFields } from "../../observe/log-line.ts";
import { describeFailure, type Log, type LogOptions, readyMessage } from "./log.ts";

/** Lines for a machine. They go through Node's own streams, which survive a reader that has gone away. */
export function jsonLog({ quiet, output, pid }: LogOptions): Log {
  const base = pid === undefined ? null : { pid };
  const out = pino({ base }, output.stdout);
  const err = pino({ base }, output.stderr);
  return {
    ready: (dir, url) => out.info({ dir, url }, readyMessage(dir, url)),
    notice: (message) => err.warn(message),
    delivered: (event) => {
      if (!quiet) out.info(toLogFields(event));
    },
    failed: (error) => err.error(describeFailure(error)),
  };
}
