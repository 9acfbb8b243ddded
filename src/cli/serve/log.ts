import type { LoggedRequest } from "../../observe/log-line.ts";
import { printableMessage } from "../../observe/printable.ts";
import type { LineWriter } from "../output.ts";

/** What a running server tells: requests on stdout, what is amiss on stderr, one line each. */
export interface Log {
  readonly ready: (dir: string, url: string) => void;
  /** Something that the user should know, though nothing has failed. */
  readonly notice: (message: string) => void;
  readonly delivered: (event: LoggedRequest) => void;
  readonly failed: (error: unknown) => void;
}

export interface LogOptions {
  /** Whether the lines of requests are left out. */
  readonly quiet: boolean;
  readonly output: LogOutput;
  /** The process that the lines are of, where there are several. */
  readonly pid?: number;
}

/** The process itself is one. */
export interface LogOutput {
  readonly stdout: LineWriter;
  readonly stderr: LineWriter;
}

export function readyMessage(dir: string, url: string): string {
  return `stet serving ${dir} at ${url}`;
}

/** A failure in one line: it is for the one who runs the server, not for the client. */
export function describeFailure(error: unknown): string {
  return printableMessage(error instanceof Error ? error.message : String(error));
}
