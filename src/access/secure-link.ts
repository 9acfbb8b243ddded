import { createHash } from "node:crypto";
import { assertKnown, show } from "../sources/check-arguments.ts";
import { toPathname } from "./links/canonical-path.ts";
import { type Expiry, toExpiry } from "./links/expiry.ts";
import { canonicalAddress } from "./links/network.ts";
import { assertStrong } from "./links/strong-secret.ts";

export interface SecureLinkOptions {
  /** At least 32 characters that nobody can guess: letters, digits and `+/=_-`, which nginx reads as they stand. */
  readonly secret: string;
  /**
   * The value of `secure_link_md5`, with `$secret` where the secret stands. It names `$secure_link_expires` and `$uri`,
   * and may name `$remote_addr`. Default: `"$secret $secure_link_expires $uri $secret"`.
   */
  readonly expression?: string | undefined;
}

/** What a link allows. One of `expiresIn` and `expires` has to be given. */
export interface SecureLinkSignOptions extends Expiry {
  /** The one address that the link works for, where the expression names `$remote_addr`. */
  readonly clientAddress?: string | undefined;
}

/** Makes links that nginx checks by itself. */
export interface SecureLink {
  /** For the `location` of the files: what makes nginx check the links. It holds the secret. */
  readonly configuration: string;
  /**
   * Makes a link.
   *
   * @param path as in a URL, from its first slash on, but not percent-encoded
   * @returns path and query, percent-encoded
   * @throws TypeError or RangeError that says what to write instead
   */
  readonly sign: (path: string, options: SecureLinkSignOptions) => string;
}

const KNOWN: Readonly<Record<keyof SecureLinkOptions, true>> = { expression: true, secret: true };

const KNOWN_OF_SIGN: Readonly<Record<keyof SecureLinkSignOptions, true>> = {
  clientAddress: true,
  expires: true,
  expiresIn: true,
};

/**
 * The secret at both ends: the one before keeps a stranger from preparing two paths with one hash, which MD5 allows; the
 * one behind, from continuing a hash that was seen.
 */
const DEFAULT_EXPRESSION = "$secret $secure_link_expires $uri $secret";

const VARIABLE = /\$(?:\{(\w+)\}|(\w*))/g;
const NEEDED = ["secret", "secure_link_expires", "uri"];

/** What ends a quoted string of nginx, or means something else in it. */
const UNQUOTABLE = /["\\\p{Cc}]/u;

const PLAIN = /^[\w+/=-]*$/;

/**
 * Links in the form that nginx's `secure_link` checks by itself: with MD5, and for any method. Where nginx has no need to
 * check by itself, `signedLinks` is stronger.
 *
 * @throws TypeError for a weak secret, or an option that means nothing, saying what to write instead
 * @see https://nginx.org/en/docs/http/ngx_http_secure_link_module.html
 */
export function secureLink(options: SecureLinkOptions): SecureLink {
  assertKnown(options, KNOWN);
  const { secret, expression = DEFAULT_EXPRESSION } = options;
  assertSecret(secret);
  const names = toVariables(expression);
  const template = fill(expression, { secret });

  return {
    configuration: [
      "secure_link $arg_md5,$arg_expires;",
      `secure_link_md5 "${template}";`,
      'if ($secure_link != "1") { return 403; }',
    ].join("\n"),

    sign(path, options) {
      assertKnown(options, KNOWN_OF_SIGN);
      const expires = String(toExpiry(options, Date.now()));
      const address = toAddress(options.clientAddress, names.has("remote_addr"));
      const pathname = toPathname(path, "");
      // nginx hashes the path as it has decoded it.
      const text = fill(template, { secure_link_expires: expires, uri: path, remote_addr: address });
      const md5 = createHash("md5").update(text, "utf8").digest("base64url");
      return `${pathname}?md5=${md5}&expires=${expires}`;
    },
  };
}

function assertSecret(secret: unknown): asserts secret is string {
  assertStrong('The option "secret"', secret);
  if (typeof secret === "string" && PLAIN.test(secret)) return;
  throw new TypeError(
    'The option "secret" is text of letters, digits and any of "+/=_-", which nginx reads as they stand. Make one with: openssl rand -base64 32',
  );
}

function toVariables(expression: unknown): ReadonlySet<string> {
  if (typeof expression !== "string" || UNQUOTABLE.test(expression)) {
    throw new TypeError(
      `The option "expression" is the value of secure_link_md5, without quotes or backslashes, such as ${show(DEFAULT_EXPRESSION)}.`,
    );
  }
  const names = new Set(Array.from(expression.matchAll(VARIABLE), ([, braced, bare = ""]) => braced ?? bare));
  const missing = NEEDED.find((name) => !names.has(name));
  if (missing !== undefined) {
    throw new TypeError(`The option "expression" doesn't name $${missing}: see ${show(DEFAULT_EXPRESSION)}.`);
  }
  const unknown = [...names].find((name) => ![...NEEDED, "remote_addr"].includes(name));
  if (unknown === undefined) return names;
  throw new TypeError(
    `The option "expression" names $${unknown}, which isn't known when a link is made: it may name ${[...NEEDED, "remote_addr"].map((name) => `$${name}`).join(", ")}.`,
  );
}

/** The expression with the variables that are known; the others stay. */
function fill(expression: string, values: Readonly<Record<string, string>>): string {
  return expression.replaceAll(
    VARIABLE,
    (variable, braced: string | undefined, bare = "") => values[braced ?? bare] ?? variable,
  );
}

function toAddress(given: unknown, isNamed: boolean): string {
  if (!isNamed && given === undefined) return "";
  const address = typeof given === "string" ? canonicalAddress(given) : undefined;
  if (isNamed && address !== undefined) return address;
  throw new TypeError(
    isNamed
      ? `The expression names $remote_addr: give the client's address, such as { clientAddress: "203.0.113.7" }, not ${show(given)}.`
      : 'The expression doesn\'t name $remote_addr, so "clientAddress" would not be checked: leave it out, or name it.',
  );
}
