import { isAuthority } from "../http/authority.ts";

const ABSOLUTE_FORM = /^https?:\/\/([^/?]*)/i;

/**
 * The path and query of a request target, as origin-form would have it: it begins with "/".
 *
 * A server MUST accept absolute-form from every client, not only from proxies (RFC 9112 §3.2.2). But not with userinfo, which
 * is an error from an untrusted sender (RFC 9110 §4.2.4), nor without a host (§4.2.1). Nor with a host that holds more than
 * `isAuthority` allows: at ";", "%", "'" and others Node's url.parse, by which Express, connect and Koa route, ends the host
 * and begins the path, so a guard of theirs would read another path than the one served.
 *
 * @returns `undefined` where the target is neither origin-form nor absolute-form of "http" or "https", or names a host that
 *   parsers of URLs read differently
 * @see RFC 9112 §3.2
 */
export function toOriginForm(target: string): string | undefined {
  if (target.startsWith("/")) return target;
  const absolute = ABSOLUTE_FORM.exec(target);
  if (absolute === null || !isAuthority(absolute[1] ?? "")) return undefined;
  const rest = target.slice(absolute[0].length);
  return rest.startsWith("/") ? rest : `/${rest}`;
}
