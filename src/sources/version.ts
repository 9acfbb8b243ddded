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
 * Earlier times are placeholders: 0 and 1 s after 1970 (Nix, Guix, jib, Docker's `rewrite-timestamp`), 1980-01-01 in any time
 * zone (.zip without a time, App Engine, Cloud Native Buildpacks), 1980-01-02 (RubyGems), 1980-02-01 (Gradle), 1981-01-01
 * (Android). Seconds since the epoch.
 */
const EARLIEST_TIME = Date.UTC(1981, 0, 3) / 1000;

/** The other times that tools give to all files alike. Seconds since the epoch. */
const PLACEHOLDERS: ReadonlySet<number> = new Set([
  456_789_000, // 1984-06-22T21:50:00Z: Yarn
  499_162_500, // 1985-10-26T08:15:00Z: npm, pnpm
  946_684_800, // 2000-01-01: Bazel's rules_pkg
  1_153_704_088, // 2006-07-24T01:21:28Z: Cargo
  1_262_304_000, // 2010-01-01: Bazel
  1_540_000_000, // 2018-10-20T01:46:40Z: Vercel
  1_580_601_600, // 2020-02-02: Hatch
]);

/**
 * The validators of a file by its modification time: its tag is made of that time in nanoseconds, size and coding, so every
 * process and every machine with the same file gives the same tag. While the file is younger than 2 s it has another one, a weak one.
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

/** Whole seconds since the epoch; undefined for a placeholder, and for a time that an HTTP date can't tell. */
export function toSeconds(nanoseconds: bigint): number | undefined {
  return toWholeSeconds(Number(nanoseconds / 1_000_000_000n));
}

/** As `toSeconds`, of a time in seconds and fractions of one. */
export function toWholeSeconds(time: number): number | undefined {
  const seconds = Math.floor(time);
  return seconds <= LATEST_DATE && !isPlaceholder(seconds) ? seconds : undefined;
}

/**
 * Whether a time is one that builds give to all files of all versions, so that they come out alike: it says nothing of when a
 * file was modified, and two versions of one length can't be told apart by it.
 *
 * @param seconds whole seconds since the epoch
 */
export function isPlaceholder(seconds: number): boolean {
  return seconds < EARLIEST_TIME || PLACEHOLDERS.has(seconds);
}

/** The later of a file's two times: a tool can set the one, never the other. Milliseconds since the epoch. */
export function lastChangeOf({ mtimeMs, ctimeMs }: Pick<BigIntStats, "mtimeMs" | "ctimeMs">): number {
  return Math.max(Number(mtimeMs), Number(ctimeMs));
}

/** Whether a file was changed so lately that another change may leave no trace. @param now as for `validatorsOf` */
export function isYoung(stats: Pick<BigIntStats, "mtimeMs" | "ctimeMs">, now: number): boolean {
  return now - lastChangeOf(stats) < STRONG_AGE;
}

/** Whether the two looks saw the same file with the same content. */
export function isSameVersion(a: BigIntStats, b: BigIntStats): boolean {
  return a.ino === b.ino && a.dev === b.dev && a.mtimeNs === b.mtimeNs && a.size === b.size;
}
