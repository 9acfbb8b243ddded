// Puts two things in one place by turns, as fast as it can, until it is ended. Run: node swap-forever.js PLACE A B
import { renameSync } from "node:fs";

const [place, a, b] = process.argv.slice(2);
process.stdin.on("end", () => process.exit()).resume();

function swapOften() {
  for (let turn = 0; turn < 500; turn++) {
    renameSync(a, place);
    renameSync(place, a);
    renameSync(b, place);
    renameSync(place, b);
  }
  setImmediate(swapOften);
}
console.log("swapping");
swapOften();
