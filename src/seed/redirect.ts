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
 * @throws TypeError where `to` names a scheme other than http and https, or a host that isn't allowed.
 * @see RFC 9110 §15.4.3 (302), §15.4.8 (307), §17.3 (open redirects)
 * @example
 * return redirect("/login?next=/account");
 * return redirect("https://files.example/a.pdf", { allowedHosts: ["files.example"] });
 */
export function redirect(to: string, options: RedirectOptions = {}): Response {
  return respond(options.preserveMethod === true ? 307 : 302, to, options);
}

/**
 * `301 Moved Permanently`, or `308 Permanent Redirect` where the method is to be preserved. The seed's
 * `HttpResponsePermanentRedirect`; unlike it, this one refuses to leave the origin, except to `allowedHosts`.
 * Caches may keep it for long: a mistake is hard to take back.
 *
 * @param to a URI reference. What it can't hold is percent-encoded as UTF-8, and a `%` is kept as it is
 * @throws TypeError where `to` names a scheme other than http and https, or a host that isn't allowed.
 * @see RFC 9110 §15.4.2 (301), §15.4.9 (308), §17.3 (open redirects)
 * @example
 * return permanentRedirect("/docs/");
 */
export function permanentRedirect(to: string, options: RedirectOptions = {}): Response {
  return respond(options.preserveMethod === true ? 308 : 301, to, options);
}

function respond(status: number, to: string, options: RedirectOptions): Response {
  const headers = new Headers(options.headers);
  headers.set("Location", encodeLocation(to, options));
  return new Response(null, { status, headers });
}
