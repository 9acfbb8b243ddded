import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseHttpDate } from "../http/http-date.ts";
import { parseLenientDate } from "./lenient-date.ts";

const SECONDS = 784_111_777;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SPACES = ["\t", "\n", "\v", "\f", "\r", " ", "\u0085", "\u00A0", "\u1680", "\u2028", "\u2029", "\u202F"]
  .concat(["\u001C", "\u001D", "\u001E", "\u001F", "\u205F", "\u3000"])
  .concat(Array.from({ length: 11 }, (_, index) => String.fromCharCode(0x2000 + index)));

/** Seconds since the epoch, in years of at least three digits: shorter ones have a century added. */
const seconds = fc.integer({ min: -59_011_459_200, max: 253_402_300_799 });
const writtenDate = seconds.map((value) => new Date(value * 1000).toUTCString());
const small = fc.integer({ min: -10_000, max: 10_000 });

/** Texts near enough to dates that every branch is reached. */
const almostDate = fc
  .array(
    fc.oneof(
      fc.constantFrom("Sun,", "sun", "06", "6,", "Nov", "november", "1994", "94", "1994,", "-5", "\u00B2994"),
      fc.constantFrom("08:49:37", "08:49", "08.49.37", "8:49:37,", "08:49:37+0100", "25:61:61", ":", "."),
      fc.constantFrom("GMT", "est", "+0100", "-0530", "-0000", "06-Nov-94", "--", ",", ""),
      fc.string({ unit: "binary", maxLength: 4 }),
    ),
    { maxLength: 8 },
  )
  .chain((tokens) => fc.constantFrom(" ", ",", "-", "\u0085").map((separator) => tokens.join(separator)));

// Each of these was read by email.utils.parsedate_tz and calendar.timegm of Python 3.11.
describe("parseLenientDate", () => {
  test.each([
    ["Sun, 06 Nov 1994 08:49:37 GMT"],
    ["Sunday, 06-Nov-94 08:49:37 GMT"],
    ["Sun Nov  6 08:49:37 1994"],
    ["6 November 94 09:49:37 +0100"],
    ["06-Nov-94 08:49:37 GMT"],
    ["Sun 06 Nov 1994 08:49:37"],
    ["x,y,06 Nov 1994 08:49:37 GMT"],
    ["Sun 06, nOv 1994, 08.49.37, -0000 and more"],
    ["NOV 6 1994 08:49:37 Z"],
    ["6 Nov 08:49:37 1994 GMT"],
    ["6 Nov GMT 08:49:37 1994"],
    ["6 Nov 1994 04:49:37 edt"],
    ["6 Nov 1994 05:49:37 ADT"],
    ["6 Nov 1994 01:49:37 MST"],
    ["6 Nov 1994 05:19:37-0330"],
    ["6 Nov 1994 03:49:37 E\u017Ft"],
    ["6 Nov 1994 08:49:37 \uFEFF"],
  ])("%j is 784111777", (text) => {
    expect(parseLenientDate(text)).toBe(SECONDS);
  });

  test.each([
    ["1 Jan GMT 00:00:00 -1950", -60_589_296_000],
    ["1 Jan 99 00:00:00", 915_148_800],
    ["1 Jan 100 00:00:00", -59_011_459_200],
    ["31 Dec 9999 23:59:59", 253_402_300_799],
    ["31 Dec 9999 24:00:00", 253_402_300_800],
    ["30 Feb 2024 00:00", 1_709_251_200],
    ["-1 Jan 1970 00:00", -172_800],
    ["1 Jan 1970 00:00 -0175", 8100],
    ["1 Jan 1970 00:00:9007199254740991", 9_007_199_254_740_991],
  ])("%j is %d", (text, expected) => {
    expect(parseLenientDate(text)).toBe(expected);
  });

  test.each([
    ["nothing", ""],
    ["a weekday alone", "Sun,"],
    ["a long weekday without its comma", "Sunday 06 Nov 1994 08:49:37 GMT"],
    ["two tokens", "06-Nov-94 08:49:37"],
    ["no day", "-Nov-94 08:49:37 GMT"],
    ["no month", "06--94 08:49:37 GMT"],
    ["no year", "06-Nov- 08:49:37 1994"],
    ["a comma for a year", "06 Nov , 08:49:37 1994"],
    ["a superscript in the year's place", "06 Nov \u00B2994 08:49:37 1994"],
    ["no time", "06 Nov 1994 0849 GMT"],
    ["no minute", "06 Nov 1994 08: GMT"],
    ["separators mixed", "06 Nov 1994 08:49.37 GMT"],
    ["five parts of a time", "06 Nov 1994 08.49.37.00.00 GMT"],
    ["the year 0", "06 Nov GMT 08:49:37 -2000"],
    ["a year below zero before the time", "06 Nov -1994 08:49:37 GMT"],
    ["the year 10000", "06 Nov 10000 08:49:37 GMT"],
    ["a byte order mark for a space", "06\uFEFFNov 1994 08:49:37 GMT"],
  ])("%s is none: %j", (_why, text) => {
    expect(parseLenientDate(text)).toBeUndefined();
  });

  test("what is an HTTP-date is the same instant here", () => {
    fc.assert(
      fc.property(writtenDate, (text) => {
        expect(parseLenientDate(text)).toBe(parseHttpDate(text, 0));
      }),
    );
  });

  test("any of Python's white space separates, in any number", () => {
    const space = fc.string({ unit: fc.constantFrom(...SPACES), minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(writtenDate, space, (text, space) => {
        expect(parseLenientDate(space + text.replaceAll(" ", space) + space)).toBe(parseLenientDate(text));
      }),
    );
  });

  test("day, hour, minute and second roll over, whatever they are", () => {
    const year = fc.integer({ min: 100, max: 9999 });
    const month = fc.integer({ min: 0, max: 11 });
    fc.assert(
      fc.property(year, month, small, small, small, small, (year, month, day, hour, minute, second) => {
        const text = `${day} ${MONTHS[month]} ${year} ${hour}:${minute}:${second} GMT`;
        const startOfMonth = new Date(0).setUTCFullYear(year, month, 1) / 1000;
        const expected = startOfMonth + (day - 1) * 86_400 + hour * 3600 + minute * 60 + second;
        expect(parseLenientDate(text)).toBe(expected);
      }),
    );
  });

  test("a zone is taken off, its last two digits as minutes", () => {
    fc.assert(
      fc.property(
        seconds,
        fc.constantFrom("+", "-"),
        fc.nat(999),
        fc.nat(99),
        (utc, sign, hours, minutes) => {
          const zone = `${sign}${hours}${String(minutes).padStart(2, "0")}`;
          const east = (hours * 3600 + minutes * 60) * (sign === "+" ? 1 : -1);
          const text = new Date(utc * 1000).toUTCString().replace("GMT", zone);
          expect(parseLenientDate(text)).toBe(utc - east);
        },
      ),
    );
  });

  test("for any text, a finite integer or none", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), almostDate), (text) => {
        const date = parseLenientDate(text);
        expect(date === undefined || Number.isInteger(date)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test("the largest integers that are read still make a finite date", () => {
    const most = "9".repeat(300);
    expect(parseLenientDate(`${most} Nov 1994 ${most}:${most}:${most} GMT`)).toBeLessThan(Infinity);
  });
});
