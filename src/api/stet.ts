import { type FetchHandler, type FetchNext, toFetchHandler } from "../adapters/fetch/handler.ts";
import {
  type NodeHandler,
  type NodeNext,
  type NodeRequest,
  type NodeResponse,
  toNodeHandler,
} from "../adapters/node/handler.ts";
import { show } from "../sources/check-arguments.ts";
import type { Source } from "../sources/source.ts";
import { type Engine, type SentContent, toEngine } from "./engine.ts";
import { type FetchSend, toFetchSend } from "./fetch-send.ts";
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
 * Sends one file: the application has decided which, stet judges the request and delivers. It is a path below the root, not
 * percent-encoded (`"a.txt"`, `"/a.txt"`, `"./a.txt"`, or the absolute path; a missing file calls `next`, or is a 404
 * without it), or a content at hand: bytes, a `Blob`, an open `FileHandle`, what is read by range, or a stream. What is
 * given away is stet's to close.
 *
 * A path that can't be one below the root (`..`, an empty one, NUL, an absolute one outside the root) is an error that says what
 * to write: a TypeError for `next`, or without `next` a 500, and `onError` gets the TypeError.
 *
 * @throws TypeError for an option that means nothing, or what is no content, saying what to write instead
 */
export interface Send extends FetchSend<SentContent> {
  (...call: NodeCall): Promise<void>;
}

type File = string | SentContent;
type FetchCall = [request: Request, file: File, options?: SendOptions | undefined, next?: FetchNext<unknown>];
type NodeCall = [
  request: NodeRequest,
  response: NodeResponse,
  file: File,
  options?: SendOptions | undefined,
  next?: NodeNext,
];

/**
 * Makes the policy object.
 *
 * @param root a folder, as a path or a `file:` URL, or a source such as `memory({…})`
 * @throws TypeError where the folder isn't there, or the page of `spa` isn't in it, or an option, `STET_DELIVERY` or `STET_LARGE` means nothing
 */
export function stet(root: string | URL | Source, options: StetOptions = {}): Stet {
  const engine = toEngine(root, options);
  return { node: toNodeHandler(engine, engine), fetch: toFetchHandler(engine, engine), send: toSend(engine) };
}

/** Each call is a handler of its own, with the one file in place of the request's target. */
function toSend({ chosen, report, large }: Engine): Send {
  const sendFetched = toFetchSend(chosen, report);
  const options = { fallthrough: true, report, large };

  function send(request: Request, file: File, said?: SendOptions): Promise<Response>;
  function send<T>(...call: [Request, File, SendOptions | undefined, FetchNext<T>]): Promise<Response | T>;
  function send(...call: NodeCall): Promise<void>;
  async function send(...call: FetchCall | NodeCall): Promise<unknown> {
    if (isNodeCall(call)) {
      const [request, response, file, said, next] = call;
      return toNodeHandler(chosen(file, said), options)(request, response, next);
    }
    const [request, file, said, next] = call;
    assertRequest(request);
    return next === undefined ? sendFetched(request, file, said) : sendFetched(request, file, said, next);
  }
  return send;
}

function isNodeCall(call: readonly unknown[]): call is NodeCall {
  const [, response] = call;
  return typeof response === "object" && response !== null && "setHeader" in response;
}

/** Node's request without its response, or after it, would be told of as something else: it is a stream, too. */
function assertRequest(request: unknown): void {
  const { headers } = (request ?? {}) as { headers?: { get?: unknown } };
  if (typeof headers?.get === "function") return;
  throw new TypeError(
    `Write send(request, file) with a Request, or send(request, response, file) with those of Node, not ${show(request)} first.`,
  );
}
