import { assertPolicy } from "../../api/assert-policy.ts";
import type { SentContent } from "../../api/engine.ts";
import type { SendOptions } from "../../api/options.ts";
import type { Stet } from "../../api/stet.ts";
import type { NodeNext, NodeRequest, NodeResponse } from "../node/handler.ts";

/** What is asked of Koa's context. */
export interface KoaContext {
  readonly req: NodeRequest & { originalUrl?: string };
  readonly res: NodeResponse;
  readonly originalUrl: string;
  respond?: boolean | undefined;
}

export type KoaMiddleware = (context: KoaContext, next: () => Promise<unknown>) => Promise<void>;

/**
 * A middleware for Koa. What isn't there goes on to the next one.
 *
 * ```ts
 * app.use(stetKoa(files));
 * ```
 *
 * @throws TypeError for anything but what `stet()` makes
 */
export function stetKoa(files: Stet): KoaMiddleware {
  assertPolicy("stetKoa()", files, "node");
  return async (context, next) => {
    const isAnswered = await answer(context, (next) => files.node(context.req, context.res, next));
    if (!isAnswered) await next();
  };
}

/**
 * Sends the one file that the application has chosen: its path below the root, or a content at hand.
 *
 * @returns whether it was there; otherwise nothing is sent, and Koa's own 404 stands
 * @throws TypeError for an option that means nothing, or a path that can't be one below the root
 */
export function send(
  context: KoaContext,
  files: Stet,
  file: string | SentContent,
  options?: SendOptions,
): Promise<boolean> {
  return answer(context, (next) => files.send(context.req, context.res, file, options, next));
}

/**
 * Has Koa's response answered past Koa, which can't tell parts and doesn't know of the fast ways out.
 *
 * @returns whether it was answered
 */
async function answer(context: KoaContext, handle: (next: NodeNext) => Promise<void>): Promise<boolean> {
  // What koa-mount takes off the front is told as connect and Express tell it.
  context.req.originalUrl ??= context.originalUrl;
  const { respond } = context;
  // Koa answers what nobody has answered when its middlewares are through, unless it is told not to.
  context.respond = false;
  let isAnswered = false;
  try {
    isAnswered = await new Promise<boolean>((resolve, reject) => {
      const next: NodeNext = (error) => (error === undefined ? resolve(false) : reject(error));
      handle(next).then(() => resolve(true), reject);
    });
    return isAnswered;
  } finally {
    if (!isAnswered) context.respond = respond;
  }
}
