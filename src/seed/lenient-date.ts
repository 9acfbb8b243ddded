import { readLenientInteger } from "./lenient-integer.ts";

const MONTHS: readonly string[] = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];

const WEEKDAYS: ReadonlySet<string> = new Set(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]);

/** Hours and minutes east of UTC, read as one decimal number: -330 is three and a half hours west. */
const ZONES: ReadonlyMap<string, number> = new Map([
  ["UT", 0],
  ["UTC", 0],
  ["GMT", 0],
  ["Z", 0],
  ["AST", -400],
  ["ADT", -300],
  ["EST", -500],
  ["EDT", -400],
  ["CST", -600],
  ["CDT", -500],
  ["MST", -700],
  ["MDT", -600],
  ["PST", -800],
  ["PDT", -700],
]);

// What Python's str.split() splits at. `\s` lacks U+001C to U+001F and U+0085, and has U+FEFF.
// oxlint-disable-next-line no-control-regex -- these four are white space to Python
const WHITE_SPACE = /[\p{White_Space}\u001C-\u001F]+/u;

/** A weekday and five more: whatever follows is ignored. */
const TOKENS_THAT_COUNT = 6;

// Python's isdigit() knows superscripts and the like too, which its int() then refuses. \p{No} has them all, and
// fractions too: with one in front Python would see a zone, and here there is no date.
const NO_DIGIT_FIRST = /^[^\p{Nd}\p{No}]/u;

const SECONDS_PER_DAY = 86_400;

type FiveTokens = readonly [string, string, string, string, string];

interface DateTokens {
  readonly day: string;
  readonly month: string;
  readonly year: string;
  readonly time: string;
  readonly zone: string;
}

/**
 * Seconds since the epoch, or undefined where no date can be read: `email.utils.parsedate_tz`, then
 * `mktime_tz`. It takes far more than the three forms of an HTTP-date: other zones, a missing weekday, short
 * years, the month first, any day, hour, minute and second (25:61:61 rolls over). It never reads local time.
 *
 * For the seed's own function only. Elsewhere a date is strict, and that is `parseHttpDate`.
 *
 * @see https://docs.python.org/3/library/email.utils.html#email.utils.parsedate_tz
 * @example
 * parseLenientDate("6 November 94 09:49:37 +0100"); // 784111777
 */
export function parseLenientDate(text: string): number | undefined {
  const tokens = separateJoined(dropWeekday(splitAtWhiteSpace(text))).slice(0, 5);
  return areFive(tokens) ? toSeconds(putInPlace(tokens)) : undefined;
}

function splitAtWhiteSpace(text: string): readonly string[] {
  // One more than counts: white space in front makes the first token empty.
  return text.split(WHITE_SPACE, TOKENS_THAT_COUNT + 1).filter((token) => token !== "");
}

function dropWeekday([first = "", ...others]: readonly string[]): readonly string[] {
  if (first.endsWith(",") || WEEKDAYS.has(first.toLowerCase())) return others;
  return [first.slice(first.lastIndexOf(",") + 1), ...others];
}

/** Takes apart what some writers join: day, month and year (RFC 850), or a time and its zone. */
function separateJoined(tokens: readonly string[]): readonly string[] {
  const [first = "", second = "", third = "", fourth = ""] = tokens;
  if (tokens.length === 3) {
    const date = first.split("-", 4);
    return date.length === 3 ? [...date, second, third] : tokens;
  }
  return tokens.length === 4 ? [first, second, third, ...separateZone(fourth)] : tokens;
}

function separateZone(time: string): readonly [time: string, zone: string] {
  const sign = time.includes("+") ? time.indexOf("+") : time.indexOf("-");
  return sign > 0 ? [time.slice(0, sign), time.slice(sign)] : [time, ""];
}

function areFive(tokens: readonly string[]): tokens is FiveTokens {
  return tokens.length === 5;
}

/** Which token is which: the month may come before the day, and the time or the zone before the year. */
function putInPlace([first, second, third, fourth, fifth]: FiveTokens): DateTokens {
  const [day, month] = monthIndex(second) === -1 ? [second, first] : [first, second];
  const [beforeTime, time] = third.indexOf(":") > 0 ? [fourth, third] : [third, fourth];
  const yearOrZone = dropComma(beforeTime);
  const [year, zone] = NO_DIGIT_FIRST.test(yearOrZone) ? [fifth, yearOrZone] : [yearOrZone, fifth];
  return { day: dropComma(day), month, year, time: dropComma(time), zone };
}

function dropComma(token: string): string {
  return token.endsWith(",") ? token.slice(0, -1) : token;
}

function toSeconds(tokens: DateTokens): number | undefined {
  const month = monthIndex(tokens.month);
  const year = readYear(tokens.year);
  const day = readLenientInteger(tokens.day);
  const time = readTime(tokens.time);
  if (month === -1 || year === undefined || day === undefined || time === undefined) return undefined;
  // Not Date.UTC, which takes the years 1 to 99 for 1901 to 1999.
  const startOfMonth = new Date(0).setUTCFullYear(year, month, 1) / 1000;
  return startOfMonth + (day - 1) * SECONDS_PER_DAY + time - zoneOffset(tokens.zone);
}

/** 0 to 11, or -1 where `token` is no month. */
function monthIndex(token: string): number {
  const name = token.toLowerCase();
  return MONTHS.findIndex((month) => name === month || name === month.slice(0, 3));
}

/** The year, 1 to 9999. One of two digits, or below zero, counts from 1900 or 2000 as POSIX has it. */
function readYear(token: string): number | undefined {
  const written = readLenientInteger(token);
  if (written === undefined) return undefined;
  const year = written >= 100 ? written : written + (written > 68 ? 1900 : 2000);
  return year >= 1 && year <= 9999 ? year : undefined;
}

/** Seconds since midnight, from `h:m`, `h:m:s`, `h.m` or `h.m.s`. */
function readTime(token: string): number | undefined {
  const parts = token.split(token.includes(":") ? ":" : ".", 4);
  if (parts.length > 3) return undefined;
  const [hour, minute, second] = [...parts, "0"].map(readLenientInteger);
  if (hour === undefined || minute === undefined || second === undefined) return undefined;
  return hour * 3600 + minute * 60 + second;
}

/** Seconds east of UTC; 0, and never local time, where the zone isn't known. */
function zoneOffset(zone: string): number {
  const hoursAndMinutes = ZONES.get(zone.toUpperCase()) ?? readLenientInteger(zone) ?? 0;
  return Math.trunc(hoursAndMinutes / 100) * 3600 + (hoursAndMinutes % 100) * 60;
}
