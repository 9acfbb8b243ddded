// Appends lines to a file, some at once every millisecond, as a busy server writes its log, until it is ended.
// Run: node append-forever.js FILE LINES
import { openSync, writeSync } from "node:fs";

const [file, lines] = process.argv.slice(2);
const descriptor = openSync(file, "a");
let line = 0;

setInterval(() => {
  for (let turn = 0; turn < Number(lines); turn++)
    writeSync(descriptor, `line ${(line += 1)} ${"x".repeat(line % 20)}\n`);
}, 1);

// The parent process holds the other end of standard input: this process doesn't outlive it.
process.stdin.on("end", () => process.exit()).resume();
console.log("appending");
