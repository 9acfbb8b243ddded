import type { ServeFlags } from "./flags.ts";
import { jsonLog } from "./json-log.ts";
import type { Log, LogOptions } from "./log.ts";
import { textLog } from "./text-log.ts";

/** The log in the form that the flags ask for. */
export function toLog(
  { json, quiet }: ServeFlags,
  options: Omit<LogOptions, "quiet"> = { output: process },
): Log {
  return (json ? jsonLog : textLog)({ ...options, quiet: quiet === true });
}
