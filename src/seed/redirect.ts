import { encodeLocation, type LocationOptions } from "../http/location.ts";

/** What {@link redirect} and {@link permanentRedirect} take. */
export interface RedirectOptions extends LocationOptions {
  /**
   * Whether a POST stays a POST: 307 in place of 302, 308 in place of 301. Otherwise a client may turn it into a
   * GET. False by default.
   */
  readonly preserveMethod?: boolean;
  /** Fields of the response beside Location. */
  readonly headers?: HeadersInit;
}

/**
 * `302 Found`, or `307 Temporary Redirect` where the method is to be preserved. The seed's
 * `HttpResponseRedirect`; unlike it, this one refuses to leave the origin, except to `allowedHosts`.
 *
 * @param to a URI reference. What it can't hold is percent-encoded as UTF-8, and a `%` is kept as it is
 * @throws TypeError where `to` names a scheme other than http and https, or a host that isn't allowed; or an option means
 *   nothing
 * @see RFC 9110 §15.4.3 (302), §15.4.8 (307), §17.3 (open redirects)
 * @example
 * return redirect("/login?next=/account");
 * return redirect("https://files.example/a.pdf", { allowedHosts: ["files.example"] });
 */
export function redirect(to: string | URL, options: RedirectOptions = {}): Response {
  return respond({ usual: 302, preserving: 307 }, to, options);
}

/**
 * `301 Moved Permanently`, or `308 Permanent Redirect` where the method is to be preserved. The seed's
 * `HttpResponsePermanentRedirect`; unlike it, this one refuses to leave the origin, except to `allowedHosts`.
 * Caches may keep it for long: a mistake is hard to take back.
 *
 * @param to a URI reference. What it can't hold is percent-encoded as UTF-8, and a `%` is kept as it is
 * @throws TypeError where `to` names a scheme other than http and https, or a host that isn't allowed; or an option means
 *   nothing
 * @see RFC 9110 §15.4.2 (301), §15.4.9 (308), §17.3 (open redirects)
 * @example
 * return permanentRedirect("/docs/");
 */
export function permanentRedirect(to: string | URL, options: RedirectOptions = {}): Response {
  return respond({ usual: 301, preserving: 308 }, to, options);
}

interface Statuses {
  readonly usual: number;
  /** Where a POST is to stay one. */
  readonly preserving: number;
}

function respond(statuses: Statuses, to: string | URL, options: RedirectOptions): Response {
  assertOptions(options);
  const headers = new Headers(options.headers);
  headers.set("Location", encodeLocation(toText(to), options));
  const status = options.preserveMethod === true ? statuses.preserving : statuses.usual;
  return new Response(null, { status, headers });
}

function toText(to: string | URL): string {
  if (to instanceof URL) return to.href;
  if (typeof to === "string") return to;
  throw new TypeError(
    `A redirect leads to a URI reference such as "/login", or to a URL, not ${String(to)}.`,
  );
}

/** Every option, so that a misspelt one is told and not silently ignored. */
const KNOWN: Readonly<Record<keyof RedirectOptions, true>> = {
  allowedHosts: true,
  preserveMethod: true,
  headers: true,
};

function assertOptions(options: RedirectOptions): void {
  const known = Object.keys(KNOWN).join(", ");
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`The options are an object with some of ${known}, not ${String(options)}.`);
  }
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(KNOWN, name));
  if (unknown !== undefined) {
    throw new TypeError(
      `There is no option "${unknown}". The options are: ${known}; for a 301 or 308 use permanentRedirect().`,
    );
  }
  const { allowedHosts, preserveMethod } = options;
  if (preserveMethod !== undefined && typeof preserveMethod !== "boolean") {
    throw new TypeError('The option "preserveMethod" is true or false.');
  }
  if (allowedHosts !== undefined && allowedHosts !== "any" && !isListOfHosts(allowedHosts)) {
    throw new TypeError('The option "allowedHosts" is an array such as ["files.example"], or "any".');
  }
}

function isListOfHosts(value: unknown): boolean {
  return Array.isArray(value) && value.every((host) => typeof host === "string");
}
