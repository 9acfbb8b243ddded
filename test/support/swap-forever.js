// Puts two things in one place by turns, as fast as it can, until it is ended.
// Run: node swap-forever.js PLACE A B [PLACE A B]...
import { renameSync } from "node:fs";

const words = process.argv.slice(2);
const swaps = Array.from({ length: words.length / 3 }, (_, index) => words.slice(index * 3, index * 3 + 3));

function swapOften() {
  for (let turn = 0; turn < 200; turn++) {
    for (const [place, a, b] of swaps) {
      renameSync(a, place);
      renameSync(place, a);
      renameSync(b, place);
      renameSync(place, b);
    }
  }
  setImmediate(swapOften);
}

// Whoever started this process holds its standard input: it doesn't outlive them.
process.stdin.on("end", () => process.exit()).resume();
console.log("swapping");
swapOften();
