/**
 * How many turns are taken in one pass of the event loop. What else the process has to do waits for so many at most,
 * however many take part.
 */
const TURNS_A_PASS = 8;

const waiting: (() => void)[] = [];

/** Waits until it is the caller's turn: after all who wait already, and after what else is to be done. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(pass);
  });
}

function pass(): void {
  for (const take of waiting.splice(0, TURNS_A_PASS)) take();
  if (waiting.length > 0) setImmediate(pass);
}
