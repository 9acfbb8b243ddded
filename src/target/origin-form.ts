const ABSOLUTE_FORM = /^https?:\/\/([^/?]*)/i;

// host [":" port]. No userinfo: from an untrusted sender it is an error (RFC 9110 §4.2.4). No empty host: such a target
// MUST be rejected (§4.2.1). The host's characters and the port's colon are disjoint, so this is linear.
const AUTHORITY = /^(?:\[[0-9A-F:.]+\]|[\w.~!$&'()*+,;=%-]+)(?::[0-9]*)?$/i;

/**
 * The path and query of a request target, as origin-form would have it: it begins with "/".
 *
 * A server MUST accept absolute-form from every client, not only from proxies (RFC 9112 §3.2.2).
 *
 * @returns `undefined` where the target is neither origin-form nor absolute-form of "http" or "https"
 * @see RFC 9112 §3.2
 */
export function toOriginForm(target: string): string | undefined {
  if (target.startsWith("/")) return target;
  const absolute = ABSOLUTE_FORM.exec(target);
  if (absolute === null || !AUTHORITY.test(absolute[1] ?? "")) return undefined;
  const rest = target.slice(absolute[0].length);
  return rest.startsWith("/") ? rest : `/${rest}`;
}
