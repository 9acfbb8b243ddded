// Puts two things in one place by turns, until it is ended. Each stays for about as long as a server takes from a look
// at a file to its opening, and between the two the place is empty as shortly as can be.
// Run: node swap-forever.js PLACE A B [PLACE A B]...
import { renameSync } from "node:fs";

const LONGEST_STAY = 0.4;

const words = process.argv.slice(2);
const swaps = Array.from({ length: words.length / 3 }, (_, index) => words.slice(index * 3, index * 3 + 3));

function stay() {
  const end = performance.now() + Math.random() * LONGEST_STAY;
  while (performance.now() < end);
}

function swapOften() {
  for (const [place, a] of swaps) renameSync(a, place);
  for (let turn = 0; turn < 100; turn++) {
    stay();
    for (const [place, a, b] of swaps) {
      renameSync(place, a);
      renameSync(b, place);
    }
    stay();
    for (const [place, a, b] of swaps) {
      renameSync(place, b);
      renameSync(a, place);
    }
  }
  for (const [place, a] of swaps) renameSync(place, a);
  setImmediate(swapOften);
}

// Whoever started this process holds its standard input: it doesn't outlive them.
process.stdin.on("end", () => process.exit()).resume();
console.log("swapping");
swapOften();
