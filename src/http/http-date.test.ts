import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatHttpDate, parseHttpDate } from "./http-date.ts";

const NOW = Date.UTC(2026, 10, 22);
const EXAMPLE = 784_111_777;
const EARLIEST = Date.parse("0000-01-01T00:00:00Z") / 1000;
const LATEST = Date.parse("9999-12-31T23:59:59Z") / 1000;

const seconds = fc.integer({ min: EARLIEST, max: LATEST });
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const WEEKDAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

const two = (value: number): string => String(value).padStart(2, "0");
const timeOf = (date: Date): string => date.toISOString().slice(-13, -5);
const weekdayOf = (date: Date): string => WEEKDAYS[date.getUTCDay()]!;
const monthOf = (date: Date): string => MONTHS[date.getUTCMonth()]!;

function formatRfc850(value: number): string {
  const date = new Date(value * 1000);
  const day = `${two(date.getUTCDate())}-${monthOf(date)}-${two(date.getUTCFullYear() % 100)}`;
  return `${weekdayOf(date)}, ${day} ${timeOf(date)} GMT`;
}

function formatAsctime(value: number): string {
  const date = new Date(value * 1000);
  const day = String(date.getUTCDate()).padStart(2, " ");
  const year = String(date.getUTCFullYear()).padStart(4, "0");
  return `${weekdayOf(date).slice(0, 3)} ${monthOf(date)} ${day} ${timeOf(date)} ${year}`;
}

describe("parseHttpDate", () => {
  it.each([
    ["Sun, 06 Nov 1994 08:49:37 GMT", EXAMPLE],
    ["Sunday, 06-Nov-94 08:49:37 GMT", EXAMPLE],
    ["Sun Nov  6 08:49:37 1994", EXAMPLE],
    ["Sun Nov 06 08:49:37 1994", EXAMPLE],
    [" \tSun, 06 Nov 1994 08:49:37 GMT\t ", EXAMPLE],
    ["Mon, 06 Nov 1994 08:49:37 GMT", EXAMPLE],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["Wed, 31 Dec 1969 23:59:59 GMT", -1],
    ["Sat, 01 Jan 0000 00:00:00 GMT", EARLIEST],
    ["Sat, 29 Feb 0096 00:00:00 GMT", Date.parse("0096-02-29T00:00:00Z") / 1000],
    ["Fri, 31 Dec 9999 23:59:59 GMT", LATEST],
    ["Tue, 29 Feb 2000 12:00:00 GMT", Date.parse("2000-02-29T12:00:00Z") / 1000],
    ["Sat, 31 Dec 2016 23:59:60 GMT", Date.parse("2017-01-01T00:00:00Z") / 1000],
  ])("reads %j", (text, value) => {
    expect(parseHttpDate(text, NOW)).toBe(value);
  });

  it.each([
    "",
    "0",
    "784111777",
    "2024",
    "1994-11-06T08:49:37Z",
    "Sun, 06 Nov 1994 08:49:37 UTC",
    "Sun, 06 Nov 1994 08:49:37 +0000",
    "Sun, 06 Nov 1994 08:49:37 GMT+1",
    "Sun, 06 Nov 1994 08:49:37 gmt",
    "sun, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06 nov 1994 08:49:37 GMT",
    "Sun, 6 Nov 1994 08:49:37 GMT",
    "Sun,  6 Nov 1994 08:49:37 GMT",
    "Sun 06 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 8:49:37 GMT",
    "Sun, 06 Nov 1994 08:49 GMT",
    "Sun, 06 Nov 94 08:49:37 GMT",
    "Sun, 06 Nov 01994 08:49:37 GMT",
    "Sun, 06  Nov 1994 08:49:37 GMT",
    "Sun, 06\tNov\t1994 08:49:37 GMT",
    "Xyz, 06 Nov 1994 08:49:37 GMT",
    "Sunday, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06-Nov-94 08:49:37 GMT",
    "Sunday, 06-Nov-1994 08:49:37 GMT",
    "Sun Nov 6 08:49:37 1994",
    "Sun Nov  6 08:49:37 1994 GMT",
    "Sun Nov  0 08:49:37 1994",
    "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37 GMT; length=5",
    "Sun, 06 Nov 1994 08:49:37 GMT\n",
    "Sun, 06 Nov 1994 24:00:00 GMT",
    "Sun, 06 Nov 1994 08:60:37 GMT",
    "Sun, 06 Nov 1994 08:49:61 GMT",
    "Sun, 00 Nov 1994 08:49:37 GMT",
    "Sun, 31 Nov 1994 08:49:37 GMT",
    "Sun, 30 Feb 2000 08:49:37 GMT",
    "Sun, 29 Feb 1900 08:49:37 GMT",
    "Sun, 29 Feb 2023 08:49:37 GMT",
    "Sun, ٠٦ Nov 1994 08:49:37 GMT",
  ])("refuses %j", (text) => {
    expect(parseHttpDate(text, NOW)).toBeUndefined();
  });

  it("undoes formatHttpDate", () => {
    fc.assert(
      fc.property(seconds, (value) => {
        expect(parseHttpDate(formatHttpDate(value), NOW)).toBe(value);
      }),
    );
  });

  it("reads the asctime form", () => {
    fc.assert(
      fc.property(seconds, (value) => {
        expect(parseHttpDate(formatAsctime(value), NOW)).toBe(value);
      }),
    );
  });

  it("reads every real day, and no other", () => {
    const day = fc.tuple(fc.integer({ min: 0, max: 9999 }), fc.nat(11), fc.integer({ min: 0, max: 40 }));
    fc.assert(
      fc.property(day, ([year, month, day]) => {
        const date = new Date(0);
        date.setUTCFullYear(year, month, day);
        const text = `Sun, ${two(day)} ${MONTHS[month]} ${String(year).padStart(4, "0")} 00:00:00 GMT`;
        const isReal = date.getUTCMonth() === month && date.getUTCDate() === day;
        expect(parseHttpDate(text, NOW)).toBe(isReal ? date.getTime() / 1000 : undefined);
      }),
    );
  });

  it("takes no mutilated date", () => {
    const position = fc.nat(28);
    fc.assert(
      fc.property(seconds, position, (value, cut) => {
        const text = formatHttpDate(value);
        expect(parseHttpDate(text.slice(0, cut) + text.slice(cut + 1), NOW)).toBeUndefined();
      }),
    );
  });
});

describe("the two-digit year", () => {
  it.each([
    ["Sunday, 22-Nov-26 00:00:00 GMT", 2026],
    ["Sunday, 22-Nov-75 00:00:00 GMT", 2075],
    ["Sunday, 22-Nov-76 00:00:00 GMT", 2076], // to the second 50 years ahead, and no more
    ["Sunday, 22-Nov-76 00:00:01 GMT", 1976],
    ["Sunday, 01-Jan-77 00:00:00 GMT", 1977],
    ["Sunday, 01-Jan-99 00:00:00 GMT", 1999],
    ["Sunday, 01-Jan-00 00:00:00 GMT", 2000],
  ])("of %j, in 2026, is of %d", (text, year) => {
    expect(new Date(parseHttpDate(text, NOW)! * 1000).getUTCFullYear()).toBe(year);
  });

  it("needs the day to be real in the year it stands for", () => {
    expect(parseHttpDate("Tuesday, 29-Feb-00 00:00:00 GMT", NOW)).toBe(Date.UTC(2000, 1, 29) / 1000);
    expect(parseHttpDate("Tuesday, 29-Feb-00 00:00:00 GMT", Date.UTC(2126, 0))).toBeUndefined();
  });

  it("is never more than 50 years ahead, and 99 back", () => {
    const year = 366 * 86_400;
    const present = fc.integer({ min: Date.UTC(1970, 0) / 1000, max: Date.UTC(2400, 0) / 1000 });
    fc.assert(
      fc.property(present, fc.integer({ min: -49 * year, max: 40 * year }), (now, distance) => {
        const value = now + distance;
        const parsed = parseHttpDate(formatRfc850(value), now * 1000);
        fc.pre(parsed !== undefined);
        expect(formatRfc850(parsed).slice(-22)).toBe(formatRfc850(value).slice(-22));
        expect(parsed - now).toBeLessThanOrEqual(50 * year);
        expect(now - parsed).toBeLessThan(100 * year);
      }),
    );
  });

  it("reads this century's past dates as they were meant", () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2000, 0) / 1000, max: NOW / 1000 }), (value) => {
        expect(parseHttpDate(formatRfc850(value), NOW)).toBe(value);
      }),
    );
  });
});

describe("formatHttpDate", () => {
  it("writes IMF-fixdate", () => {
    expect(formatHttpDate(EXAMPLE)).toBe("Sun, 06 Nov 1994 08:49:37 GMT");
    expect(formatHttpDate(EARLIEST)).toBe("Sat, 01 Jan 0000 00:00:00 GMT");
    expect(formatHttpDate(LATEST)).toBe("Fri, 31 Dec 9999 23:59:59 GMT");
  });

  it.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, EARLIEST - 1, LATEST + 1])("refuses %d", (value) => {
    expect(() => formatHttpDate(value)).toThrow(RangeError);
  });
});
