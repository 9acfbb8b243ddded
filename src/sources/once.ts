/** Things that are remembered; the one that was reported longest ago is forgotten first. */
const MAX_REMEMBERED = 1000;

/** Reports each thing that is wrong once, until it has been right again. */
export class Once {
  readonly #reported = new Set<string>();

  /** @param wrong what is wrong with the thing; undefined if nothing is */
  report(thing: string, wrong: string | undefined, onError: (error: unknown) => void): void {
    if (wrong === undefined) {
      this.#reported.delete(thing);
      return;
    }
    if (this.#reported.has(thing)) return;
    const [oldest] = this.#reported;
    if (this.#reported.size >= MAX_REMEMBERED && oldest !== undefined) this.#reported.delete(oldest);
    this.#reported.add(thing);
    onError(new Error(wrong));
  }
}
