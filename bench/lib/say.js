// The bench's results go to standard output, so that they can be piped into a file; what it is doing goes beside them.

import process from "node:process";

/** @param {string} line */
export function say(line) {
  process.stderr.write(`bench: ${line}\n`);
}
