import type { BigIntStats } from "node:fs";
import type { Validators } from "../decision/representation.ts";

/**
 * A file written again within this time may keep its modification time, because the clock behind it ticks in steps; an
 * older one can't. Milliseconds.
 */
const STRONG_AGE = 2000;

/** The last second of the year 9999: an HTTP date can't tell a later one. */
const LATEST_DATE = 253_402_300_799;

/**
 * The validators of a file: its tag is made of modification time in nanoseconds, size and coding, so every process and
 * every machine with the same file gives the same tag. While the file is younger than 2 s it has another one, a weak one.
 *
 * @param now milliseconds since the epoch, read before the file was looked at
 * @see RFC 9110 §8.8.1
 */
export function validatorsOf(stats: BigIntStats, contentCoding: string | undefined, now: number): Validators {
  const coding = contentCoding === undefined ? "" : `-${contentCoding}`;
  const weak = now - Number(stats.mtimeMs) < STRONG_AGE;
  // A copy that was taken while the file was being written may be torn. Its tag never matches the one to come, so it
  // lives for these two seconds and not for ever.
  const young = weak ? "-young" : "";
  return {
    entityTag: {
      opaque: `${stats.mtimeNs.toString(36)}-${stats.size.toString(36)}${coding}${young}`,
      weak,
    },
    lastModified: toSeconds(stats.mtimeNs),
  };
}

/** Whole seconds since the epoch; undefined for a time that an HTTP date can't tell. */
export function toSeconds(nanoseconds: bigint): number | undefined {
  return toWholeSeconds(Number(nanoseconds / 1_000_000_000n));
}

/** As `toSeconds`, of a time in seconds and fractions of one. */
export function toWholeSeconds(time: number): number | undefined {
  const seconds = Math.floor(time);
  return seconds >= 0 && seconds <= LATEST_DATE ? seconds : undefined;
}

/** Whether the two looks saw the same file with the same content. */
export function isSameVersion(a: BigIntStats, b: BigIntStats): boolean {
  return a.ino === b.ino && a.dev === b.dev && a.mtimeNs === b.mtimeNs && a.size === b.size;
}
