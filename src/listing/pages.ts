import { Turns } from "./turns.ts";

/** Pages made at the same time: one folder that is slow to read doesn't hold up another, and memory stays bounded. */
const MOST_AT_ONCE = 2;

/** Pages remembered; that of a folder of 20,000 files is about 4 MB. */
const MOST_PAGES = 32;

/** A page is used again for so many times as long as it took to make: a folder then costs a tenth of a core at most. */
const REUSE = 10;

/** Milliseconds after which even a page that took long to make is made anew. */
const LONGEST_REUSE = 10_000;

interface Made<Page> {
  readonly page: Page;
  /** Milliseconds, on the clock of the pages. */
  readonly until: number;
}

/**
 * Pages that cost more to make than to ask for. All who ask for the same page at the same time share one, and it is
 * used again for a time in proportion to its cost: a client that asks on and on can't exhaust memory or time, while the
 * page of a small folder is as good as new. A failure isn't remembered.
 */
export class Pages<Page> {
  readonly #now: () => number;
  readonly #turns = new Turns(MOST_AT_ONCE);
  readonly #making = new Map<string, Promise<Page>>();
  readonly #made = new Map<string, Made<Page>>();

  /** @param now milliseconds, on a clock that never goes back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The page of this key: the one at hand, the one being made, or else a new one. */
  async get(key: string, make: () => Promise<Page>): Promise<Page> {
    const made = this.#made.get(key);
    if (made !== undefined && this.#now() < made.until) return made.page;
    return this.#making.get(key) ?? this.#begin(key, make);
  }

  #begin(key: string, make: () => Promise<Page>): Promise<Page> {
    const making = this.#turns
      .take(() => this.#make(key, make))
      .finally(() => {
        this.#making.delete(key);
      });
    this.#making.set(key, making);
    return making;
  }

  async #make(key: string, make: () => Promise<Page>): Promise<Page> {
    const start = this.#now();
    const page = await make();
    const end = this.#now();
    this.#remember(key, { page, until: end + Math.min((end - start) * REUSE, LONGEST_REUSE) });
    return page;
  }

  #remember(key: string, made: Made<Page>): void {
    this.#forgetPast();
    this.#made.delete(key);
    const [oldest] = this.#made.keys();
    if (this.#made.size >= MOST_PAGES && oldest !== undefined) this.#made.delete(oldest);
    this.#made.set(key, made);
  }

  #forgetPast(): void {
    const now = this.#now();
    for (const [key, { until }] of this.#made) if (until <= now) this.#made.delete(key);
  }
}
