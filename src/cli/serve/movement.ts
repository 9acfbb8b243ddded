/** How many timeouts a slow but steady reader may be silent for. */
const LONGEST_SILENCE = 4;

/**
 * When something last moved.
 *
 * A slow reader with a large buffer makes room in steps, and each step comes later than the one before as its system
 * widens the buffer. So a reader may be silent for twice as long as the last time, if that is longer than the timeout.
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
   */
  isStalled(state: string, isReading: boolean, now: number = performance.now()): boolean {
    if (state === this.#state) return now - this.#since >= this.#patience(isReading);
    this.#silence = now - this.#since;
    this.#since = now;
    this.#state = state;
    return false;
  }

  #patience(isReading: boolean): number {
    if (!isReading) return this.#timeout;
    return Math.min(Math.max(this.#timeout, 2 * this.#silence), LONGEST_SILENCE * this.#timeout);
  }
}
