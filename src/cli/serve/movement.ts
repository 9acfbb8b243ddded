/** Milliseconds that a reader may take longer than the timeout for its first step. */
const STEP = 1_000;

/** How many timeouts a slow but steady reader may be silent for. */
const LONGEST_SILENCE = 4;

/**
 * When something last moved.
 *
 * A slow reader makes room in steps of up to hundreds of kilobytes, and its system tells nothing in between. Each step
 * comes later than the one before, as the system widens its buffer. So a reader may be silent for twice as long as it
 * was before the last step, where that is longer.
 */
export class Movement {
  readonly #timeout: number;
  #state = "";
  #since: number;
  #silence = 0;

  /** @param timeout milliseconds */
  constructor(timeout: number, now: number = performance.now()) {
    this.#timeout = timeout;
    this.#since = now;
  }

  /**
   * Looks at the state of things, and tells whether it has been the same for too long.
   *
   * @param state changes whenever something moves
   * @param isReading whether the other side has yet to take what was sent
   */
  isStalled(state: string, isReading: boolean, now: number = performance.now()): boolean {
    if (state === this.#state) return now - this.#since >= (isReading ? this.#patience() : this.#timeout);
    this.#silence = now - this.#since;
    this.#since = now;
    this.#state = state;
    return false;
  }

  #patience(): number {
    const longest = LONGEST_SILENCE * this.#timeout;
    return Math.max(this.#timeout + STEP, Math.min(2 * this.#silence, longest));
  }
}
