import { splitOutsideQuotes, trimOptionalWhitespace } from "./field-syntax.ts";

/**
 * The elements of a `#list` field: cut at the commas outside quoted-strings, trimmed, empty ones dropped.
 *
 * @see RFC 9110 §5.6.1.2
 */
export function splitFieldList(text: string): readonly string[] {
  return splitOutsideQuotes(text, ",")
    .map((element) => trimOptionalWhitespace(element))
    .filter((element) => element !== "");
}

/**
 * The one value that several lines of the same field amount to; undefined where there are none.
 *
 * @see RFC 9110 §5.3
 */
export function combineFieldLines(lines: readonly string[]): string | undefined {
  return lines.length === 0 ? undefined : lines.join(", ");
}
