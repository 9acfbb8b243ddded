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
  "sec-fetch-dest",
  "sec-fetch-site",
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

/**
 * A field of a request as the runtime or the framework has it: for fields that few requests are asked for, so that no
 * adapter has to read them for every request. Several lines are joined by a comma.
 *
 * @param request of `node:http`, `node:http2`, Fastify or the Fetch standard
 * @param name in lower case
 */
export function fieldOfNative(request: object, name: string): string | undefined {
  const headers: unknown = Reflect.get(request, "headers");
  if (typeof headers !== "object" || headers === null) return undefined;
  if (isFetchHeaders(headers)) return headers.get(name) ?? undefined;
  const value: unknown = Reflect.get(headers, name);
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "string" ? value : undefined;
}

/** By its method, and not by its class: a framework may have put another one in the place of the global one. */
function isFetchHeaders(headers: object): headers is { get(name: string): string | null } {
  return "get" in headers && typeof headers.get === "function";
}
