import { type FetchHandler, type FetchJudge, toFetchHandler } from "../adapters/fetch/handler.ts";
import {
  type NodeHandler,
  type NodeRequest,
  type NodeResponse,
  toNodeHandler,
} from "../adapters/node/handler.ts";
import { type DeliveryChoice, isFront, zeroCopy } from "../deliveries/choice.ts";
import type { Way } from "../deliveries/direct.ts";
import { type Report, toReport } from "../observe/report.ts";
import type { Policy } from "../serve/policy.ts";
import { pathOf, pathOfChosen, recall, serve, serveChosen } from "../serve/serve.ts";
import { files, type FilesOptions } from "../sources/files.ts";
import { isRecord, show } from "../sources/check-arguments.ts";
import { ElsewhereSource } from "../sources/elsewhere.ts";
import type { Source } from "../sources/source.ts";
import { deliveryFromEnvironment } from "./delivery-from-environment.ts";
import type { SendOptions, StetOptions } from "./options.ts";
import { toCacheOptions, toFilePolicy, toPolicy } from "./to-policy.ts";
import { assertOptionsOfSource, assertSendOptions } from "./validate-options.ts";
import { wayOfLarge } from "./way-of-large.ts";

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
 * @param root a folder, as a path or a `file:` URL, or a source such as `memory({…})`
 * @throws TypeError where the folder isn't there, or an option, `STET_DELIVERY` or `STET_LARGE` means nothing
 */
export function stet(root: string | URL | Source, options: StetOptions = {}): Stet {
  const fromEnvironment = deliveryFromEnvironment(root);
  const policy = toPolicy(options, fromEnvironment);
  const source = toSource(root, options, options.delivery ?? fromEnvironment);
  const report = toReport(options.onDelivered, policy.onError);
  const large = wayOfLarge();
  return {
    node: toNodeHandler(
      {
        recall: (request) => recall(request, policy),
        judge: (request, mayPass) => serve(request, source, policy, mayPass),
        pathOf: (request) => pathOf(request, policy),
      },
      { fallthrough: options.fallthrough ?? true, report, large },
    ),
    fetch: toFetchHandler(
      {
        recall: (request) => recall(request, policy),
        judge: (request) => serve(request, source, policy, false),
        pathOf: (request) => pathOf(request, policy),
      },
      report,
    ),
    send: toSend(source, policy, report, large),
  };
}

function toSource(
  root: string | URL | Source,
  options: StetOptions,
  delivery: DeliveryChoice | undefined,
): Source {
  if (typeof root === "string" || root instanceof URL) return files(root, toFilesOptions(options, delivery));
  if (!isSource(root)) {
    throw new TypeError(
      `The root is a folder such as "public", a file: URL, or a source such as memory({ … }), not ${show(root)}.`,
    );
  }
  assertOptionsOfSource(options);
  if (root instanceof ElsewhereSource && (delivery === undefined || !isFront(delivery))) {
    throw new TypeError(
      'Files that are elsewhere are sent by another server: add a delivery such as nginx({ "/": "/_private/" }) or redirect({ … }).',
    );
  }
  return root;
}

function isSource(root: unknown): root is Source {
  return isRecord(root) && typeof root["find"] === "function";
}

function toFilesOptions(
  { precompressed, appendOnly, neverOverwritten: said, blocking, cache }: StetOptions,
  delivery: DeliveryChoice | undefined,
): FilesOptions {
  const neverOverwritten = delivery === zeroCopy ? true : said;
  const { freshFor } = toCacheOptions(cache);
  return {
    ...(precompressed !== undefined && { precompressed }),
    ...(appendOnly !== undefined && { appendOnly }),
    ...(neverOverwritten !== undefined && { neverOverwritten }),
    ...(blocking !== undefined && { blocking }),
    ...(freshFor !== undefined && { freshFor }),
  };
}

/** Each call is a handler of its own, with the one file in place of the request's target. */
function toSend(source: Source, policy: Policy, report: Report, large: Way | undefined): Send {
  const chosen = (path: string, options: SendOptions = {}): FetchJudge => {
    assertPath(path);
    assertSendOptions(options);
    return {
      // The request's own target says nothing of the file that was chosen.
      recall: () => undefined,
      judge: (request) =>
        serveChosen(request, path, source, policy, (found) => toFilePolicy(policy, found, options)),
      pathOf: () => pathOfChosen(path, policy),
    };
  };

  function send(...call: FetchCall): Promise<Response>;
  function send(...call: NodeCall): Promise<void>;
  async function send(...call: FetchCall | NodeCall): Promise<Response | void> {
    if (isNodeCall(call)) {
      const [request, response, path, options] = call;
      return toNodeHandler(chosen(path, options), { fallthrough: false, report, large })(request, response);
    }
    const [request, path, options] = call;
    return toFetchHandler(chosen(path, options), report)(request);
  }
  return send;
}

type FetchCall = [request: Request, path: string, options?: SendOptions];
type NodeCall = [request: NodeRequest, response: NodeResponse, path: string, options?: SendOptions];

function isNodeCall(call: FetchCall | NodeCall): call is NodeCall {
  const [, response] = call;
  return typeof response === "object" && response !== null && "setHeader" in response;
}

function assertPath(path: unknown): void {
  if (typeof path === "string") return;
  throw new TypeError(
    `Write send(request, path) or send(request, response, path), the path below the root as text, such as "reports/2026.pdf", not ${show(path)}.`,
  );
}
