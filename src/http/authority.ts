/**
 * Whether text is a host with an optional port, as in the Host field or in the URL of a request: an IP address, or a name of
 * letters, digits, ".", "-" and "_". RFC 3986 allows a name more characters, but no host has such a name, and some routers end
 * the host at them and read another path than the rest.
 *
 * @see RFC 9110 §7.2, RFC 3986 §3.2.2
 */
export function isAuthority(text: string): boolean {
  return AUTHORITY.test(text);
}

// The host's characters and the port's colon are disjoint, so this is linear.
const AUTHORITY = /^(?:\[[\dA-F:.]+\]|[\w.-]+)(?::\d*)?$/i;
