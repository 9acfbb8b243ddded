import { assertKnown, show } from "../../sources/check-arguments.ts";
import { type CanonicalTarget, readCanonicalTarget, toPathname, toPrefix } from "./canonical-path.ts";
import { type LinkKey, toKeys } from "./link-keys.ts";
import { type LinkRequest, methodOf, targetOf } from "./link-request.ts";
import { isOfNetwork, parseNetwork } from "./network.ts";
import { formatQuery, type Parameters, parseQuery, toSignedText } from "./parameters.ts";
import { type SignOptions, toMethod, toParameters } from "./sign-options.ts";

export interface SignedLinksOptions {
  /**
   * The keys that verify; the first one signs. A list, or text as `STET_LINK_KEYS` holds it:
   * `"2026-11:<secret> 2026-10:<secret>"`. Undefined, as a variable that isn't set, is a TypeError.
   */
  readonly keys: readonly LinkKey[] | string | undefined;
  /** Seconds by which the clocks of those who sign and those who verify may differ, at most 3600. Default: 0. */
  readonly clockSkew?: number | undefined;
  /**
   * The path under which the files stand, as the option `prefix` of `stet`, such as `"/static"`: a link has to begin with
   * it, and the verified path is told without it. Default: none.
   */
  readonly prefix?: string | undefined;
}

export interface VerifyOptions {
  /**
   * The client's address, where it isn't the other end of the connection: behind a proxy, or on a runtime that doesn't
   * tell. Default: `request.socket.remoteAddress`.
   */
  readonly clientAddress?: string | undefined;
}

/** What a verified link says. */
export interface ValidLink {
  readonly kind: "valid";
  /** The path below the prefix, as `send` takes it: decoded, without a slash at either end. */
  readonly path: string;
  readonly disposition: "inline" | "attachment" | undefined;
  readonly as: string | undefined;
  /** When the link is over. */
  readonly expires: Date;
  /** The key that signed: when none is asked for any more, it can go. */
  readonly keyId: string;
}

/** Every request without a valid link, and nothing in the answer may tell one from another. */
export interface RefusedLink {
  readonly kind: "refused";
  readonly status: 403;
  /** For a log line: it is not for the client, and it never quotes the request. */
  readonly reason: LinkRefusal;
}

/**
 * `"malformed"`: no link, or not in the one spelling that it has. `"altered"`: signed for something else, with another
 * key, or by nobody. `"network"`: of a client outside of it, or of one whose address isn't known.
 */
export type LinkRefusal = "malformed" | "unknown-key" | "altered" | "not-yet-valid" | "expired" | "network";

export type VerifiedLink = ValidLink | RefusedLink;

/** Signs links, and verifies them. */
export interface SignedLinks {
  /**
   * Signs a link.
   *
   * @param path as in a URL, from its first slash on, but not percent-encoded
   * @returns path and query, percent-encoded
   * @throws TypeError or RangeError that says what to write instead; it comes as a rejection
   */
  readonly sign: (path: string, options: SignOptions) => Promise<string>;
  /**
   * Whether a request may have what it asks for.
   *
   * @throws TypeError for what is no request; it comes as a rejection. No request of a client makes it reject.
   */
  readonly verify: (request: LinkRequest, options?: VerifyOptions) => Promise<VerifiedLink>;
}

const KNOWN: Readonly<Record<keyof SignedLinksOptions, true>> = {
  clockSkew: true,
  keys: true,
  prefix: true,
};

/** A clock that is off by more wants to be set; milliseconds given by mistake are noticed. */
const MOST_SKEW = 3600;

/**
 * Links that let whoever has them ask for one path, with one method, for some time: signed with HMAC-SHA256 by the
 * runtime's WebCrypto.
 *
 * @throws TypeError for a weak secret, or an option that means nothing, saying what to write instead
 * @see RFC 2104
 */
export function signedLinks(options: SignedLinksOptions): SignedLinks {
  assertKnown(options, KNOWN);
  const keys = toKeys(options.keys);
  const prefix = toPrefix(options.prefix);
  const clockSkew = toClockSkew(options.clockSkew);

  return {
    async sign(path, options) {
      const method = toMethod(options?.method);
      const parameters = toParameters(options, keys.first.id, Date.now());
      const pathname = toPathname(path, prefix);
      const signature = await keys.first.sign(toSignedText(method, pathname, parameters));
      return pathname + formatQuery(parameters, signature);
    },

    async verify(request, options = {}) {
      const target = readCanonicalTarget(targetOf(request), prefix);
      const query = target && parseQuery(target.search);
      if (target === undefined || query === undefined) return refused("malformed");
      const { parameters, signature } = query;
      const key = keys.byId.get(parameters.key ?? "");
      if (key === undefined) return refused("unknown-key");
      const text = toSignedText(methodOf(request), target.pathname, parameters);
      if (!(await key.verify(signature, text))) return refused("altered");
      const refusal = judge(parameters, clockSkew, clientAddressOf(request, options));
      return refusal === undefined ? toValid(target, parameters) : refused(refusal);
    },
  };
}

/** Why a link that was signed as it stands doesn't work here and now. What can't be read works for nobody. */
function judge(
  parameters: Parameters,
  clockSkew: number,
  clientAddress: string | undefined,
): LinkRefusal | undefined {
  const now = Date.now() / 1000;
  const { "not-before": notBefore, expires, network } = parameters;
  if (notBefore && !(now + clockSkew >= Number(notBefore))) return "not-yet-valid";
  if (!(now - clockSkew < Number(expires))) return "expired";
  return network && !isOfNetwork(clientAddress, parseNetwork(network)) ? "network" : undefined;
}

/** An address that was asked for and isn't known is not the proxy's. */
function clientAddressOf(request: LinkRequest, options: VerifyOptions): string | undefined {
  return "clientAddress" in options ? options.clientAddress : request.socket?.remoteAddress;
}

function toClockSkew(seconds: unknown): number {
  if (seconds === undefined) return 0;
  if (typeof seconds === "number" && seconds >= 0 && seconds <= MOST_SKEW) return seconds;
  throw new TypeError(
    `The option "clockSkew" is a number of seconds from 0 to ${MOST_SKEW}, such as 30, not ${show(seconds)}.`,
  );
}

function toValid({ path }: CanonicalTarget, parameters: Parameters): ValidLink {
  const { disposition, as, expires, key = "" } = parameters;
  return {
    kind: "valid",
    path,
    disposition: disposition === "inline" || disposition === "attachment" ? disposition : undefined,
    as: as === "" ? undefined : as,
    expires: new Date(Number(expires) * 1000),
    keyId: key,
  };
}

function refused(reason: LinkRefusal): RefusedLink {
  return { kind: "refused", status: 403, reason };
}
