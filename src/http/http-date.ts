import { trimOptionalWhitespace } from "./field-syntax.ts";

const MONTHS: readonly string[] = [
  "Jan",
  "Feb",
  "Mar",
  "Apr",
  "May",
  "Jun",
  "Jul",
  "Aug",
  "Sep",
  "Oct",
  "Nov",
  "Dec",
];

const WEEKDAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const LONG_WEEKDAY = "(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)";
const MONTH = `(?<month>${MONTHS.join("|")})`;
const TIME = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`;

/** `Sun, 06 Nov 1994 08:49:37 GMT` */
const IMF_FIXDATE = new RegExp(String.raw`^${WEEKDAY}, (?<day>\d\d) ${MONTH} (?<year>\d{4}) ${TIME} GMT$`);
/** `Sunday, 06-Nov-94 08:49:37 GMT` */
const RFC_850 = new RegExp(String.raw`^${LONG_WEEKDAY}, (?<day>\d\d)-${MONTH}-(?<year>\d\d) ${TIME} GMT$`);
/** `Sun Nov  6 08:49:37 1994` */
const ASCTIME = new RegExp(String.raw`^${WEEKDAY} ${MONTH} (?<day>\d\d| \d) ${TIME} (?<year>\d{4})$`);

const EARLIEST = -62_167_219_200; // 0000-01-01T00:00:00Z
const LATEST = 253_402_300_799; // 9999-12-31T23:59:59Z

// The Gregorian calendar repeats after 400 years.
const CYCLE_YEARS = 400;
const CYCLE_SECONDS = 146_097 * 86_400;

interface CalendarTime {
  readonly year: number;
  /** 0 to 11. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/**
 * Seconds since the epoch, or undefined where `text` is no HTTP-date. `now`, in ms since the epoch, decides
 * which century the two-digit year of the RFC 850 form is in.
 *
 * Strict, unlike `Date.parse`, which takes `1`, `2024` and much else, and reads some of it in local time: a
 * date that a peer didn't mean as one must not become a precondition.
 *
 * @see RFC 9110 §5.6.7
 */
export function parseHttpDate(text: string, now: number): number | undefined {
  const trimmed = trimOptionalWhitespace(text);
  const fourDigits = IMF_FIXDATE.exec(trimmed) ?? ASCTIME.exec(trimmed);
  if (fourDigits !== null) return toSeconds(toCalendarTime(fourDigits));

  const twoDigits = RFC_850.exec(trimmed);
  return twoDigits === null ? undefined : toSecondsNear(toCalendarTime(twoDigits), now);
}

/**
 * The IMF-fixdate of `seconds` since the epoch.
 *
 * @throws RangeError where it isn't a whole number or its year isn't of four digits.
 */
export function formatHttpDate(seconds: number): string {
  if (!Number.isInteger(seconds) || seconds < EARLIEST || seconds > LATEST) {
    throw new RangeError(
      `An HTTP-date is a whole number of seconds since the epoch, in the years 0000 to 9999; got ${seconds}.`,
    );
  }
  // ECMA-262 fixes this format, and it is IMF-fixdate.
  return new Date(seconds * 1000).toUTCString();
}

function toCalendarTime(match: RegExpExecArray): CalendarTime {
  const groups = match.groups ?? {};
  return {
    year: Number(groups["year"]),
    month: MONTHS.indexOf(groups["month"] ?? ""),
    day: Number(groups["day"]),
    hour: Number(groups["hour"]),
    minute: Number(groups["minute"]),
    second: Number(groups["second"]),
  };
}

/** The second 60, a leap second, is the first of the next minute: POSIX time has no other number for it. */
function toSeconds(time: CalendarTime): number | undefined {
  const { year, month, day, hour, minute, second } = time;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  if (day < 1 || day > daysInMonth(year, month)) return undefined;
  // Date.UTC takes the years 0 to 99 for 1900 to 1999; a cycle later it doesn't.
  return Date.UTC(year + CYCLE_YEARS, month, day, hour, minute, second) / 1000 - CYCLE_SECONDS;
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year + CYCLE_YEARS, month + 1, 0)).getUTCDate();
}

/**
 * The two-digit year is of the present century, unless that would be more than 50 years ahead: then of the
 * one before.
 */
function toSecondsNear(time: CalendarTime, now: number): number | undefined {
  const present = new Date(now);
  const century = Math.floor(present.getUTCFullYear() / 100) * 100;
  const latest = present.setUTCFullYear(present.getUTCFullYear() + 50) / 1000;

  const seconds = toSeconds({ ...time, year: century + time.year });
  if (seconds === undefined || seconds <= latest) return seconds;
  return toSeconds({ ...time, year: century - 100 + time.year });
}
