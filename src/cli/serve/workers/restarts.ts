/** Milliseconds that a worker must have served for its end to be no sign of a loop. */
const STEADY = 1_000;

/** Milliseconds before the second of several restarts in a row; each later pause is twice as long, up to the longest. */
const PAUSE = 100;
const LONGEST_PAUSE = 1_000;

/** How many workers in a row may end before they have served at all: with these pauses, about 4 s of attempts. */
export const MOST_UNREADY = 7;

/** How many in a row may end early: about 20 s of attempts. */
export const MOST_EARLY = 20;

/** Milliseconds until the next worker starts, or why none does. */
export type Restart = { readonly pause: number } | { readonly problem: string };

/**
 * When a worker that has ended is replaced: at once, but not for ever when each one ends as soon as it has begun.
 *
 * There is one of these for each worker's place: many that are killed at once are one end for each place, and no loop.
 */
export class Restarts {
  #unready = 0;
  #early = 0;

  /** @param served milliseconds that the last worker was ready, or `undefined` where it never was */
  after(served: number | undefined): Restart {
    this.#unready = served === undefined ? this.#unready + 1 : 0;
    this.#early = served === undefined || served < STEADY ? this.#early + 1 : 0;
    if (this.#unready === MOST_UNREADY) {
      return { problem: `${MOST_UNREADY} workers in a row ended before they could serve` };
    }
    if (this.#early === MOST_EARLY) {
      return { problem: `${MOST_EARLY} workers in a row ended within a second` };
    }
    return { pause: this.#early < 2 ? 0 : Math.min(PAUSE * 2 ** (this.#early - 2), LONGEST_PAUSE) };
  }
}
