import { InvalidArgumentError } from "commander";
import { parseDuration } from "../../api/max-age.ts";
import type { Workers } from "./flags.ts";

const LAST_PORT = 65_535;

/** A day, in seconds: far below what a timer of Node's can count. */
const LONGEST_TIMEOUT = 86_400;
const SHORTEST_TIMEOUT = 0.1;

/** More than machines have cores. Each takes some 60 MB: a digit too many must not use up the memory. */
const MOST_WORKERS = 1024;

export function parsePort(text: string): number {
  const port = Number(text);
  if (/^[0-9]+$/.test(text) && port <= LAST_PORT) return port;
  throw new InvalidArgumentError(`Give a whole number from 0 to ${LAST_PORT}, such as --port 8080.`);
}

export function parseTimeout(text: string): number {
  const seconds = Number(text);
  const inRange = seconds >= SHORTEST_TIMEOUT && seconds <= LONGEST_TIMEOUT;
  if (/^[0-9]+(?:\.[0-9]+)?$/.test(text) && inRange) return seconds;
  throw new InvalidArgumentError(
    `Give seconds from ${SHORTEST_TIMEOUT} to ${LONGEST_TIMEOUT}, such as --timeout 120.`,
  );
}

/** `auto` stays as it is: a worker must not count the cores anew, and take itself for the only one. */
export function parseWorkers(text: string): Workers {
  if (text === "auto") return text;
  const workers = Number(text);
  if (/^[0-9]+$/.test(text) && workers >= 1 && workers <= MOST_WORKERS) return workers;
  throw new InvalidArgumentError(
    `Give a whole number from 1 to ${MOST_WORKERS}, such as --workers 4, or auto for one on each core.`,
  );
}

/** Brackets belong to a URL, not to the address. No host at all would mean every address of the machine. */
export function parseHost(text: string): string {
  const host = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  if (host !== "") return host;
  throw new InvalidArgumentError("Give an address of this machine, such as --host 127.0.0.1.");
}

/** A number alone is in seconds, as the field's `max-age` is. @returns milliseconds */
export function parseMaxAge(text: string): number {
  const milliseconds = parseDuration(/^[0-9]+$/.test(text) ? `${text}s` : text) ?? Number.NaN;
  if (milliseconds >= 0 && Number.isInteger(milliseconds / 1000)) return milliseconds;
  throw new InvalidArgumentError(
    "Give seconds, such as --max-age 3600, or a duration, such as --max-age 1d.",
  );
}

/** The flag's value is optional, so it takes a folder that stands behind it for a glob. */
export function parseImmutable(glob: string): string {
  if (/[*?[{(]/.test(glob)) return glob;
  throw new InvalidArgumentError(
    `Give a glob in quotes, such as --immutable "assets/**". The folder stands before it: stet serve dist --immutable.`,
  );
}
