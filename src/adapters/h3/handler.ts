import { HTTPError } from "h3";
import { assertPolicy } from "../../api/assert-policy.ts";
import type { Stet } from "../../api/stet.ts";
import { requestPathname } from "../fetch/request-target.ts";
import { yieldTo } from "../fetch/yield-to.ts";
import { matchedMount } from "../mount.ts";

/** What is asked of h3's event. */
export interface StetH3Event {
  readonly req: Request;
  readonly res: { readonly headers: Headers };
  readonly context: { readonly matchedRoute?: { readonly route?: string | undefined } | undefined };
}

export type StetH3Handler = (event: StetH3Event, next?: () => unknown) => Promise<unknown>;

/**
 * A handler for h3 and Nitro.
 *
 * As a route it stands below what its pattern has in front of the wildcard, and what isn't there is h3's own 404. As a
 * middleware, which isn't told its pattern, it stands below the policy's `prefix`, and what isn't there goes on.
 *
 * ```ts
 * app.get("/static/**", stetH3(files));
 * ```
 *
 * @throws TypeError for anything but what `stet()` makes
 */
export function stetH3(files: Pick<Stet, "fetch">): StetH3Handler {
  assertPolicy("stetH3()", files, "fetch");
  return async ({ req, res, context }, next) => {
    const pattern = next === undefined ? context.matchedRoute?.route : undefined;
    const mount = matchedMount(pattern ?? "", requestPathname(req));
    const response = mount === undefined ? undefined : await files.fetch(req, () => undefined, mount);
    if (response !== undefined) return yieldTo(res.headers, response);
    if (next !== undefined) return next();
    throw new HTTPError({ status: 404 });
  };
}
