import { assertPolicy } from "../../api/assert-policy.ts";
import type { Stet } from "../../api/stet.ts";
import { requestPathname } from "../fetch/request-target.ts";
import { yieldTo } from "../fetch/yield-to.ts";
import { matchedMount } from "../mount.ts";

/** What is asked of Hono's context. */
export interface HonoContext {
  readonly req: { readonly raw: Request; readonly routePath: string };
  readonly res: Response;
}

export type HonoMiddleware = (
  context: HonoContext,
  next: () => Promise<void>,
) => Promise<Response | undefined>;

/**
 * A middleware for Hono. The files stand below what its pattern has in front of the wildcard; what isn't there goes on.
 *
 * ```ts
 * app.use("/static/*", stetHono(files));
 * ```
 *
 * @throws TypeError for anything but what `stet()` makes
 */
export function stetHono(files: Pick<Stet, "fetch">): HonoMiddleware {
  assertPolicy("stetHono()", files, "fetch");
  return async (context, next) => {
    const { raw, routePath } = context.req;
    const mount = matchedMount(routePath, requestPathname(raw));
    const response = mount === undefined ? undefined : await files.fetch(raw, () => undefined, mount);
    if (response !== undefined) return yieldTo(context.res.headers, response);
    await next();
    return undefined;
  };
}
