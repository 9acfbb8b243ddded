import { type BigIntStats, type Stats, statSync } from "node:fs";
import type { Standing } from "./source.ts";

/**
 * What has changed within this time may change again without a trace, since the clock behind its times ticks in steps.
 * It isn't relied on. Milliseconds.
 */
const SETTLED_AGE = 2000;

/**
 * A file that hasn't changed for this long is taken to be complete. Before, a single `write` may still be running: it sets the
 * times when it starts, and takes as long as the disk does. Milliseconds.
 */
const LONGEST_WRITE = 300_000;

/**
 * A look that is relied on for up to so long is relied on within one turn of the event loop alone: whatever had arrived whole
 * before it is answered by what stood there then. Milliseconds.
 */
export const SHORT = 1;

/** Times are kept as so many milliseconds since then: as small whole numbers they take no memory of their own. */
const START = Date.now();

let turn = 0;
let isTurnCounted = false;

function currentTurn(): number {
  if (!isTurnCounted) {
    isTurnCounted = true;
    setImmediate(() => {
      isTurnCounted = false;
      turn += 1;
    });
  }
  return turn;
}

/**
 * The standing of a path: as long as it leads to the same inode with the same size and the same times, what was read
 * through it stands. It follows links as the first reading did, so one that is pointed elsewhere leads to another inode.
 */
export class PathStanding implements Standing {
  readonly #path: string;
  readonly #seen: Look;
  readonly #freshFor: number;
  readonly #readAgainAt: number;
  #lookedAt: number;
  #lookedIn: number;

  private constructor(path: string, seen: Look, now: number, freshFor: number, readAgainAt: number) {
    this.#path = path;
    this.#seen = seen;
    this.#readAgainAt = readAgainAt - START;
    this.#lookedAt = now - START;
    this.#freshFor = freshFor;
    this.#lookedIn = currentTurn();
  }

  /**
   * Of what was read from a file.
   *
   * @param now milliseconds since the epoch, read before
   * @param freshFor milliseconds for which a look is relied on
   * @returns undefined where the path leads nowhere, or to what has changed too lately to be relied on
   */
  static ofFile(path: string, now: number, freshFor: number): PathStanding | undefined {
    const seen = look(path);
    if (seen === undefined || !isSettled(seen, now)) return undefined;
    return new PathStanding(path, new Look(seen), now, freshFor, readAgainAt(lastChange(seen), now));
  }

  /** Of the names in a folder: the system changes them and its times together. Otherwise as `ofFile`. */
  static ofFolder(path: string, now: number, freshFor: number): PathStanding | undefined {
    const seen = look(path);
    if (seen === undefined || !isSettled(seen, now)) return undefined;
    return new PathStanding(path, new Look(seen), now, freshFor, Infinity);
  }

  stands(now: number): boolean {
    if (this.#isFresh(now)) return true;
    if (now - START >= this.#readAgainAt) return false;
    const seen = look(this.#path);
    if (seen === undefined || !isSame(seen, this.#seen)) return false;
    this.#lookedAt = now - START;
    this.#lookedIn = currentTurn();
    return true;
  }

  #isFresh(now: number): boolean {
    // A clock that was set back must not make an old look a fresh one.
    const age = now - START - this.#lookedAt;
    if (age < 0 || age >= this.#freshFor) return false;
    return this.#freshFor > SHORT || this.#lookedIn === currentTurn();
  }

  /** Whether this is the standing of what another look has seen. */
  hasSeen(stats: Stats): boolean {
    return isSame(stats, this.#seen);
  }

  /** Whether this is the standing of that very file. */
  isOf({ ino, dev, size, mtimeNs, ctimeNs }: BigIntStats): boolean {
    const seen = this.#seen;
    return (
      Number(ino) === seen.ino &&
      Number(dev) === seen.dev &&
      Number(size) === seen.size &&
      isSameTime(mtimeNs, seen.mtimeMs) &&
      isSameTime(ctimeNs, seen.ctimeMs)
    );
  }
}

/** Stands as long as something else does, and a file beside it. */
export class JoinedStanding implements Standing {
  readonly #standing: Standing;
  readonly #beside: PathStanding;

  private constructor(standing: Standing, beside: PathStanding) {
    this.#standing = standing;
    this.#beside = beside;
  }

  /**
   * @param beside the other file, with what was seen of it
   * @returns undefined if it has changed since, or too lately to be relied on
   */
  static of(
    standing: Standing,
    beside: { readonly name: string; readonly stats: Stats },
    now: number,
    freshFor: number,
  ): JoinedStanding | undefined {
    const other = PathStanding.ofFile(beside.name, now, freshFor);
    return other?.hasSeen(beside.stats) === true ? new JoinedStanding(standing, other) : undefined;
  }

  stands(now: number): boolean {
    return this.#standing.stands(now) && this.#beside.stands(now);
  }
}

/** What is kept of a look: a tenth of what Node makes of it. */
class Look {
  readonly ino: number;
  readonly dev: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;

  constructor({ ino, dev, size, mtimeMs, ctimeMs }: Stats) {
    this.ino = ino;
    this.dev = dev;
    this.size = size;
    this.mtimeMs = mtimeMs;
    this.ctimeMs = ctimeMs;
  }
}

/**
 * The standing of a folder's names, and of the way to it: while it stands, no name in it or in a folder further up was added,
 * removed or put in another's place.
 */
export class FolderStanding implements Standing {
  readonly #names: PathStanding;
  readonly #parent: FolderStanding | undefined;
  #isDoubtful = false;

  private constructor(names: PathStanding, parent: FolderStanding | undefined) {
    this.#names = names;
    this.#parent = parent;
  }

  /** @param parent that of the folder above, unless this is the root */
  static of(
    path: string,
    parent: FolderStanding | undefined,
    now: number,
    freshFor: number,
  ): FolderStanding | undefined {
    const names = PathStanding.ofFolder(path, now, freshFor);
    return names && new FolderStanding(names, parent);
  }

  stands(now: number): boolean {
    return !this.#isDoubtful && this.#names.stands(now) && this.#parent?.stands(now) !== false;
  }

  /** A name in it was a link that led to no file of ours: where it leads can change without a trace here. */
  doubt(): void {
    this.#isDoubtful = true;
  }
}

function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function isSettled(stats: Stats, now: number): boolean {
  return now - lastChange(stats) >= SETTLED_AGE;
}

function lastChange({ mtimeMs, ctimeMs }: Pick<Stats, "mtimeMs" | "ctimeMs">): number {
  return Math.max(mtimeMs, ctimeMs);
}

/**
 * When the content of a file has to be read again although the file looks unchanged: when it has become twice as old. So
 * what was read while a long `write` was running is replaced, at the latest, after twice the time that the `write` took.
 *
 * @param lastChange the later one of the file's two times; all are milliseconds since the epoch
 */
export function readAgainAt(lastChange: number, now: number): number {
  const age = now - lastChange;
  return age < LONGEST_WRITE ? now + age : Infinity;
}

function isSame(a: Stats, b: Look): boolean {
  return (
    a.ino === b.ino &&
    a.mtimeMs === b.mtimeMs &&
    a.size === b.size &&
    a.ctimeMs === b.ctimeMs &&
    a.dev === b.dev
  );
}

/** To a microsecond: a number of milliseconds holds the time of a file to a quarter of one, and may be rounded up. */
function isSameTime(nanoseconds: bigint, milliseconds: number): boolean {
  return Math.abs(Number(nanoseconds) / 1_000_000 - milliseconds) < 0.001;
}
