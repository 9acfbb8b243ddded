import { isAuthority } from "../../http/authority.ts";

/** An absolute URL: its authority, then its path and query. */
const ABSOLUTE_URL = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)(\/[^#]*)/i;

/**
 * The target of a request: the path and the query of its URL. `""`, which is answered with 400, if the Host field is invalid
 * or the URL isn't one that every router reads alike.
 *
 * The URL of a `Request` that a server makes isn't always what `new Request(…)` would have made of it. Bun gives the path
 * alone if the request has no valid Host, and Hono reads another path from that. Deno joins Host and target unread, so a Host such as
 * `a/b` or `a?b` moves the start of the path, and `..` is still in it: a router takes it literally, while `new URL` would
 * resolve it.
 */
export function requestTarget({ url, headers }: Request): string {
  const [, authority = "", target = ""] = ABSOLUTE_URL.exec(url) ?? [];
  if (!isAuthority(authority)) return "";
  const host = headers.get("host") ?? "";
  if (host !== "" && host !== authority && !isAuthority(host)) return "";
  return target;
}

/** The path of a request's URL, as sent; `""` as for `requestTarget`. */
export function requestPathname(request: Request): string {
  const target = requestTarget(request);
  const query = target.indexOf("?");
  return query === -1 ? target : target.slice(0, query);
}
