import { type FetchHandler, toFetchHandler } from "../adapters/fetch/handler.ts";
import {
  type NodeHandler,
  type NodeRequest,
  type NodeResponse,
  toNodeHandler,
} from "../adapters/node/handler.ts";
import { type Report, toReport } from "../observe/report.ts";
import type { Answer } from "../serve/answer.ts";
import type { Policy } from "../serve/policy.ts";
import type { RequestHead } from "../serve/request-head.ts";
import { serve, serveChosen } from "../serve/serve.ts";
import { files } from "../sources/files.ts";
import type { Source } from "../sources/source.ts";
import type { SendOptions, StetOptions } from "./options.ts";
import { toFilePolicy, toPolicy } from "./to-policy.ts";
import { assertOptionsOfSource, assertSendOptions } from "./validate-options.ts";

/** One policy: a source and its rules, for every framework and runtime. */
export interface Stet {
  /** `(request, response, next?)`, for `http.createServer`, Express and connect. */
  readonly node: NodeHandler;
  /** `(request) => Promise<Response>`, for Bun, Deno and every framework of the Fetch standard. */
  readonly fetch: FetchHandler;
  /** Sends one file that the application chose, by its path below the root. */
  readonly send: Send;
}

/**
 * Sends one file: the application has decided which, stet judges the request and delivers. The path is relative to the
 * root and not percent-encoded; one that leads nowhere, or out of the root, is answered with 404.
 *
 * @throws TypeError for an option that means nothing, saying what to write instead
 */
export interface Send {
  (request: Request, path: string, options?: SendOptions): Promise<Response>;
  (request: NodeRequest, response: NodeResponse, path: string, options?: SendOptions): Promise<void>;
}

/**
 * Makes the policy object.
 *
 * @param root a folder, or a source such as `memory({…})`
 * @throws TypeError where the folder isn't there, or an option means nothing
 */
export function stet(root: string | Source, options: StetOptions = {}): Stet {
  const policy = toPolicy(options);
  if (typeof root !== "string") assertOptionsOfSource(options);
  const source = typeof root === "string" ? files(root, options) : root;
  const report = toReport(options.onDelivered, policy.onError);
  return {
    node: toNodeHandler((request, mayPass) => serve(request, source, policy, mayPass), {
      fallthrough: options.fallthrough ?? true,
      report,
    }),
    fetch: toFetchHandler((request) => serve(request, source, policy, false), report),
    send: toSend(source, policy, report),
  };
}

/** Each call is a handler of its own, with the one file in place of the request's target. */
function toSend(source: Source, policy: Policy, report: Report): Send {
  const chosen = (path: string, options: SendOptions = {}) => {
    assertSendOptions(options);
    return (request: RequestHead): Promise<Answer> =>
      serveChosen(request, path, source, policy, (found) => toFilePolicy(policy, found, options));
  };

  function send(...call: FetchCall): Promise<Response>;
  function send(...call: NodeCall): Promise<void>;
  async function send(...call: FetchCall | NodeCall): Promise<Response | void> {
    if (isNodeCall(call)) {
      const [request, response, path, options] = call;
      return toNodeHandler(chosen(path, options), { fallthrough: false, report })(request, response);
    }
    const [request, path, options] = call;
    return toFetchHandler(chosen(path, options), report)(request);
  }
  return send;
}

type FetchCall = [request: Request, path: string, options?: SendOptions];
type NodeCall = [request: NodeRequest, response: NodeResponse, path: string, options?: SendOptions];

function isNodeCall(call: FetchCall | NodeCall): call is NodeCall {
  return typeof call[1] !== "string";
}
