import { AsyncLocalStorage } from "node:async_hooks";
import { type Stats, statSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  type NodeHandler,
  type NodeRequest,
  type NodeResponse,
  toNodeHandler,
} from "../../adapters/node/handler.ts";
import { type InternalOptions, toEngine } from "../engine.ts";
import type { StetOptions } from "../options.ts";

/** A request with its response, on which an application's function sets fields. */
export interface Exchange {
  readonly request: NodeRequest;
  readonly response: NodeResponse;
}

/** What the application sets for one file. @param file its absolute path */
export type SetHeaders = (exchange: Exchange, file: string, stats: Stats) => void;

/**
 * The handler of a policy that has a function of the application's set fields on the response itself, before stet sends it:
 * there they count as set by the application. `Content-Type`, which stet otherwise replaces, is read from there.
 *
 * Such a function is asked for each answer, so nothing is kept in memory.
 */
export function withSetHeaders(
  root: string,
  options: StetOptions,
  setHeaders: SetHeaders | undefined,
  internal: InternalOptions = {},
): NodeHandler {
  if (setHeaders === undefined) return toHandler(root, options, internal);
  const folder = resolve(root);
  // An option of stet's knows the path alone.
  const exchanges = new AsyncLocalStorage<Exchange>();
  const type = (path: string): string | undefined => {
    const exchange = exchanges.getStore();
    if (exchange === undefined) return undefined;
    const file = join(folder, path);
    setHeaders(exchange, file, statSync(file));
    return exchange.response.getHeader("Content-Type")?.toString();
  };
  const node = toHandler(root, { ...options, cache: false, type }, internal);
  return (request, response, next) =>
    exchanges.run({ request, response }, () => node(request, response, next));
}

function toHandler(root: string, options: StetOptions, internal: InternalOptions): NodeHandler {
  const engine = toEngine(root, options, internal);
  return toNodeHandler(engine, engine);
}
