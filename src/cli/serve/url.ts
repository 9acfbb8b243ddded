import { isIPv6 } from "node:net";

/** @see RFC 3986 §3.2.2, RFC 6874 for the zone of a link-local address */
export function formatUrl(scheme: "http" | "https", host: string, port: number): string {
  return `${scheme}://${isIPv6(host) ? `[${host.replace("%", "%25")}]` : host}:${port}/`;
}
