/** What {@link encodeLocation} lets through. */
export interface LocationOptions {
  /**
   * The hosts, each with its port if it has one (`"example.com"`, `"localhost:8080"`), that a target may lead
   * to beside its own origin; `"any"` for all. None by default.
   */
  readonly allowedHosts?: readonly string[] | "any";
}

// Browsers drop white space and control characters in front of a URL, and tabs and newlines anywhere in it.
// Dropping every control character anywhere refuses a little more than any of them would follow.
const LEADING_NOISE = /^[\p{Cc}\s]+/u;
const CONTROLS = /\p{Cc}+/gu;

const SCHEME = /^([a-z][a-z0-9+\-.]*):/i;
const WEB_SCHEMES: ReadonlySet<string> = new Set(["http", "https"]);

/** Scheme and host exactly as RFC 3986 writes them: no userinfo, no backslash, nothing for readers to differ on. */
const ORIGIN = /^(?:https?:)?\/\/((?:[a-z0-9\-._~]+|\[[0-9a-f:.]+\])(?::\d+)?)(?=[/?#]|$)/i;

const LONE_SURROGATE = /\p{Surrogate}/gu;
const UNSAFE_RUN = /[^A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]+/gu;

/**
 * `target` as the value of a Location field: everything that a URI reference can't hold is percent-encoded as
 * UTF-8; a `%` that is there already is kept, so an encoded target stays as it is.
 *
 * A target often comes, in part, from whoever made the request. So it may not leave the origin, except to
 * `allowedHosts`, as any browser would read it; nor have a scheme other than http and https.
 *
 * @throws TypeError where the target does.
 * @see RFC 9110 §10.2.2, §17.3 (open redirects); RFC 3986 §4.1
 */
export function encodeLocation(target: string, options: LocationOptions = {}): string {
  const origin = leavesOrigin(target) ? checkedOrigin(target, options.allowedHosts ?? []) : "";
  return origin + percentEncode(target.slice(origin.length));
}

/** Whether some browser would find a scheme or a host in `target`. Throws where the scheme isn't a web one. */
function leavesOrigin(target: string): boolean {
  const read = target.replace(LEADING_NOISE, "").replaceAll(CONTROLS, "").replaceAll("\\", "/");
  const scheme = SCHEME.exec(read)?.[1]?.toLowerCase();
  if (scheme !== undefined && !WEB_SCHEMES.has(scheme)) {
    throw new TypeError(
      `A redirect can't lead to the scheme "${scheme}:": ${show(target)}. ` +
        'Use http or https, or begin a path that has a colon in its first segment with "./".',
    );
  }
  return scheme !== undefined || read.startsWith("//");
}

/** The scheme and host that `target` begins with, once it is clear that it may lead there. */
function checkedOrigin(target: string, allowedHosts: readonly string[] | "any"): string {
  const [origin, host] = ORIGIN.exec(target) ?? [];
  if (origin === undefined || host === undefined) {
    throw new TypeError(
      `Readers would differ on where this redirect leads: ${show(target)}. Write scheme and host plainly, as ` +
        '"https://example.com/", in ASCII and without a user name; or for a path use a single "/" in front.',
    );
  }
  if (
    allowedHosts !== "any" &&
    !allowedHosts.some((allowed) => allowed.toLowerCase() === host.toLowerCase())
  ) {
    throw new TypeError(
      `This redirect leaves the origin: ${show(target)}. ` +
        `If that is meant, list its host: allowedHosts: [${show(host.toLowerCase())}].`,
    );
  }
  return origin;
}

function percentEncode(text: string): string {
  return text.replaceAll(LONE_SURROGATE, "\u{FFFD}").replaceAll(UNSAFE_RUN, encodeURIComponent);
}

function show(text: string): string {
  return JSON.stringify(text);
}
