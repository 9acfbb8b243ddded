import { assertKnown, assertOneOf, show } from "../../sources/check-arguments.ts";
import { isToken } from "../../http/field-syntax.ts";
import { assertPeriod, type Expiry, toExpiry, toUnixSeconds } from "./expiry.ts";
import { formatNetwork, parseNetwork } from "./network.ts";
import type { Parameters } from "./parameters.ts";

/** What a link allows. One of `expiresIn` and `expires` has to be given. */
export interface SignOptions extends Expiry {
  /** From when on the link works. Default: at once. A fraction of a second counts as a whole one. */
  readonly notBefore?: Date | undefined;
  /** The method that the link is for. Default: `"GET"`, which is for HEAD, too. */
  readonly method?: string | undefined;
  /**
   * The clients that the link works for: a network such as `"203.0.113.0/24"` or `"2001:db8::/48"`, or one address.
   * Default: all.
   */
  readonly network?: string | undefined;
  /** Whether the file is shown or saved; handed on to `send`. Default: nothing is said. */
  readonly disposition?: "inline" | "attachment" | undefined;
  /** The name under which the client saves the file; handed on to `send`. Default: nothing is said. */
  readonly as?: string | undefined;
}

const KNOWN: Readonly<Record<keyof SignOptions, true>> = {
  as: true,
  disposition: true,
  expires: true,
  expiresIn: true,
  method: true,
  network: true,
  notBefore: true,
};

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * What a link says beside its path.
 *
 * @param now ms
 * @throws TypeError or RangeError that says what to write instead
 */
export function toParameters(options: SignOptions, key: string, now: number): Parameters {
  assertKnown(options, KNOWN);
  assertOneOf("disposition", options.disposition, ["inline", "attachment"]);
  const expires = toExpiry(options, now);
  const notBefore =
    options.notBefore === undefined ? undefined : toUnixSeconds("notBefore", options.notBefore, Math.ceil);
  assertPeriod(notBefore, expires);
  return {
    expires: String(expires),
    "not-before": notBefore === undefined ? "" : String(notBefore),
    network: options.network === undefined ? "" : toNetwork(options.network),
    disposition: options.disposition ?? "",
    as: options.as === undefined ? "" : toName(options.as),
    key,
  };
}

/** @throws TypeError that says what to write instead */
export function toMethod(method: unknown): string {
  if (method === undefined) return "GET";
  if (method === "HEAD") {
    throw new TypeError('A link for GET is for HEAD, too: leave the option "method" out.');
  }
  // Methods are case-sensitive (RFC 9110 §9.1), and a "get" would be no GET.
  if (typeof method === "string" && isToken(method) && method === method.toUpperCase()) return method;
  throw new TypeError(`The option "method" is a method such as "GET" or "DELETE", not ${show(method)}.`);
}

function toNetwork(given: unknown): string {
  const network = typeof given === "string" ? parseNetwork(given) : undefined;
  if (network !== undefined) return formatNetwork(network);
  throw new TypeError(
    `The option "network" is a network such as "203.0.113.0/24" or "2001:db8::/48", or one address, not ${show(given)}.`,
  );
}

function toName(name: unknown): string {
  if (typeof name === "string" && name !== "" && !LONE_SURROGATE.test(name)) return name;
  throw new TypeError(
    `The option "as" is a name for the file, such as "Report 2026.pdf", not ${show(name)}.`,
  );
}
