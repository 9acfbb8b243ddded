import { parseLenientDate } from "./lenient-date.ts";

const LENGTH_PARAMETER = /^; length=([0-9]+)$/i;

/**
 * Whether a file has changed since the date that an If-Modified-Since names: true means send it, false that the
 * client's copy stands. The seed's `was_modified_since`, under its own name and with its own leniency.
 *
 * A field that is absent or can't be read says nothing about the client's copy: true. So does a
 * `; length=` after the date, as old Internet Explorers send it, that differs from `size`. It never throws.
 *
 * @param header the value of If-Modified-Since, in any form that `email.utils.parsedate_tz` reads
 * @param mtime when the file was modified, in seconds since the epoch. It is compared unrounded: as a header has
 *   whole seconds, pass `Math.floor(stats.mtimeMs / 1000)`, or a file with a fraction never counts as unchanged
 * @param size the file's size in bytes
 * @see https://docs.djangoproject.com/en/5.2/_modules/django/views/static/
 * @see RFC 9110 §13.1.3
 * @example
 * const header = request.headers.get("if-modified-since");
 * if (!wasModifiedSince(header, Math.floor(stats.mtimeMs / 1000), stats.size)) return notModified();
 */
export function wasModifiedSince(
  header: string | null | undefined,
  mtime: number,
  size: number | bigint,
): boolean {
  const { date, parameter } = splitParameter(header ?? "");
  const since = parseLenientDate(date);
  if (since === undefined || !allowsSize(parameter, size)) return true;
  // Not `mtime > since`: an mtime that is NaN must not turn into a 304.
  return !(mtime <= since);
}

function splitParameter(header: string): { readonly date: string; readonly parameter: string } {
  const semicolon = header.indexOf(";");
  const end = semicolon === -1 ? header.length : semicolon;
  return { date: header.slice(0, end), parameter: header.slice(end) };
}

function allowsSize(parameter: string, size: number | bigint): boolean {
  if (parameter === "") return true;
  const digits = LENGTH_PARAMETER.exec(parameter)?.[1];
  return digits !== undefined && dropLeadingZeros(digits) === decimalDigits(size);
}

/**
 * Compared as digits, a length is exact past 2^53, and one of a million digits costs no more than its reading:
 * `BigInt(digits)` takes time quadratic in them.
 */
function decimalDigits(size: number | bigint): string | undefined {
  if (typeof size === "number" && !Number.isInteger(size)) return undefined;
  return BigInt(size).toString();
}

function dropLeadingZeros(digits: string): string {
  return digits.replace(/^0+(?=[0-9])/, "");
}
