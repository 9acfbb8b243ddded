import { isToken, parseParameter, splitOutsideQuotes, trimOptionalWhitespace } from "./field-syntax.ts";

/** The two names of a media type, lower-cased: `image` and `svg+xml`. */
export interface MediaType {
  readonly type: string;
  readonly subtype: string;
}

/**
 * What a Content-Type names; undefined where any of it is malformed, its parameters too. A browser that is given
 * `image/png;x=1, text/html` takes the last type that it can read, and shows a page.
 *
 * @see RFC 9110 §8.3.1
 */
export function parseMediaType(text: string): MediaType | undefined {
  const [names = "", ...parameters] = splitOutsideQuotes(text, ";").map((part) =>
    trimOptionalWhitespace(part),
  );
  const slash = names.indexOf("/");
  const type = names.slice(0, Math.max(0, slash)).toLowerCase();
  const subtype = names.slice(slash + 1).toLowerCase();
  if (!isToken(type) || !isToken(subtype)) return undefined;
  const isWhole = parameters.every((part) => part === "" || parseParameter(part) !== undefined);
  return isWhole ? { type, subtype } : undefined;
}
