// Replaces a file by others of new versions, by rename, as fast as it can, until it is ended: there is a file of that name
// at every moment.
// Run: node replace-forever.js PLACE SCRATCH
import { renameSync, writeFileSync } from "node:fs";

const [place, scratch] = process.argv.slice(2);
let version = 0;

function replaceOften() {
  for (let turn = 0; turn < 100; turn++) {
    version += 1;
    writeFileSync(scratch, `version ${version}`);
    renameSync(scratch, place);
  }
  setImmediate(replaceOften);
}

// Whoever started this process holds its standard input: it doesn't outlive them.
process.stdin.on("end", () => process.exit()).resume();
replaceOften();
console.log("replacing");
