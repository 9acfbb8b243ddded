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

// Whoever started this process holds its standard input: it doesn't outlive them.
process.stdin.on("end", () => process.exit()).resume();
console.log("appending");
