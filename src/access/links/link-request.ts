import { show } from "../../sources/check-arguments.ts";

/**
 * As much of a request as a link is verified against: a `Request`, the request of `node:http`, `node:http2`, Express,
 * connect or Fastify, or the head that stet hands to a guard.
 */
export interface LinkRequest {
  readonly method?: string | undefined;
  /** The target as sent, or the URL of a `Request`. */
  readonly url?: string | undefined;
  /** The same, where a framework has shortened `url`. */
  readonly originalUrl?: string | undefined;
  /** The same, in a head of stet's own. */
  readonly target?: string | undefined;
  /** What was taken off the front of `target`. */
  readonly mount?: { readonly pathname: string; readonly bare: boolean } | undefined;
  readonly socket?: { readonly remoteAddress?: string | undefined } | undefined;
}

/** @throws TypeError for what is no request */
export function targetOf(request: LinkRequest): string {
  const target = request.target ?? request.originalUrl ?? request.url;
  if (typeof target === "string") return request.mount ? withMount(target, request.mount) : target;
  throw new TypeError(
    `Write verify(request), a Request or the request of node:http, or { method, target }, not ${show(request)}.`,
  );
}

/** GET for HEAD: whoever may have the one may have the other. */
export function methodOf({ method = "" }: LinkRequest): string {
  return method === "HEAD" ? "GET" : method;
}

function withMount(target: string, { pathname, bare }: NonNullable<LinkRequest["mount"]>): string {
  // Of the mount itself, asked for without a slash, the framework shows "/" all the same.
  return pathname + (bare ? target.slice(1) : target);
}
