/** The request fields that stet reads to judge a request, in lower case. */
export const JUDGED_FIELDS = [
  "accept",
  "accept-encoding",
  "available-dictionary",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "range",
] as const;

export type JudgedField = (typeof JUDGED_FIELDS)[number];

/**
 * Field values by lower-case name. Several lines of one field are already combined into one value, joined by a comma:
 * for a list that is what the lines mean, and for a field that may stand only once it makes the value invalid, as it
 * should be.
 *
 * @see RFC 9110 §5.3
 */
export type RequestFields = { readonly [Name in JudgedField]?: string | undefined };

/** A response field as it goes on the wire. */
export type FieldLine = readonly [name: string, value: string];
