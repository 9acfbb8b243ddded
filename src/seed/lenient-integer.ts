const INTEGER = /^[+-]?\p{Nd}+(?:_\p{Nd}+)*$/u;
const NOT_ASCII = /\P{ASCII}/gu;
const DECIMAL_DIGIT = /^\p{Nd}$/u;

/**
 * Python stops at 4300 digits. With so few, the seconds in 10^300 days are still a finite number; and reading
 * a digit costs the same for each.
 */
const LONGEST = 300;

/**
 * The integer that Python's `int(text)` reads in a text without white space: a sign, decimal digits of any
 * script, single underscores between them. Undefined for all else, and for more than 300 characters. Past 2^53
 * it is the nearest double.
 *
 * @see https://docs.python.org/3/library/functions.html#int
 */
export function readLenientInteger(text: string): number | undefined {
  if (text.length > LONGEST || !INTEGER.test(text)) return undefined;
  return Number(text.replaceAll("_", "").replaceAll(NOT_ASCII, toAsciiDigit));
}

/**
 * Unicode keeps each script's digits together, 0 to 9, so that a digit's value is its distance from the start
 * of its run. The longest run, of mathematical digits, is five alphabets end to end: hence modulo 10.
 */
function toAsciiDigit(digit: string): string {
  const codePoint = digit.codePointAt(0) ?? 0;
  let start = codePoint;
  while (DECIMAL_DIGIT.test(String.fromCodePoint(start - 1))) start -= 1;
  return String((codePoint - start) % 10);
}
