import { type FetchHandler, type FetchNext, toFetchHandler } from "../adapters/fetch/handler.ts";
import {
  type NodeHandler,
  type NodeNext,
  type NodeRequest,
  type NodeResponse,
  toNodeHandler,
} from "../adapters/node/handler.ts";
import type { Source } from "../sources/source.ts";
import { type Engine, toEngine } from "./engine.ts";
import type { SendOptions, StetOptions } from "./options.ts";

/** One policy: a source and its rules, for every framework and runtime. */
export interface Stet {
  /** `(request, response, next?)`, for `http.createServer`, Express, connect and polka. */
  readonly node: NodeHandler;
  /** `(request, next?) => Promise<Response>`, for Bun, Deno and every framework of the Fetch standard. */
  readonly fetch: FetchHandler;
  /** Sends one file that the application chose, by its path below the root. */
  readonly send: Send;
}

/**
 * Sends one file: the application has decided which, stet judges the request and delivers. The path is relative to the
 * root and not percent-encoded. One that leads nowhere, or out of the root, goes on to `next`; without it, it is answered
 * with 404.
 *
 * @throws TypeError for an option that means nothing, saying what to write instead
 */
export interface Send {
  (...call: FetchCall): Promise<Response>;
  <T>(...call: FetchCallWithNext<T>): Promise<Response | T>;
  (...call: NodeCall): Promise<void>;
}

type FetchCall = [request: Request, path: string, options?: SendOptions];
type FetchCallWithNext<T> = [
  request: Request,
  path: string,
  options: SendOptions | undefined,
  next: FetchNext<T>,
];
type NodeCall = [
  request: NodeRequest,
  response: NodeResponse,
  path: string,
  options?: SendOptions,
  next?: NodeNext,
];

/**
 * Makes the policy object.
 *
 * @param root a folder, as a path or a `file:` URL, or a source such as `memory({…})`
 * @throws TypeError where the folder isn't there, or an option, `STET_DELIVERY` or `STET_LARGE` means nothing
 */
export function stet(root: string | URL | Source, options: StetOptions = {}): Stet {
  const engine = toEngine(root, options);
  return { node: toNodeHandler(engine, engine), fetch: toFetchHandler(engine, engine), send: toSend(engine) };
}

/** Each call is a handler of its own, with the one file in place of the request's target. */
function toSend({ choose, report, large }: Engine): Send {
  const options = { fallthrough: true, report, large };

  function send(...call: FetchCall): Promise<Response>;
  function send<T>(...call: FetchCallWithNext<T>): Promise<Response | T>;
  function send(...call: NodeCall): Promise<void>;
  async function send(...call: FetchCall | FetchCallWithNext<unknown> | NodeCall): Promise<unknown> {
    if (isNodeCall(call)) {
      const [request, response, path, send, next] = call;
      return toNodeHandler(choose(path, send), options)(request, response, next);
    }
    const [request, path, send, next] = call;
    const handle = toFetchHandler(choose(path, send), options);
    return next === undefined ? handle(request) : handle(request, next);
  }
  return send;
}

function isNodeCall(call: readonly unknown[]): call is NodeCall {
  const [, response] = call;
  return typeof response === "object" && response !== null && "setHeader" in response;
}
