import { WITHOUT_SIBLINGS } from "../access/content-policy.ts";
import { type FetchHandler, toFetchHandler } from "../adapters/fetch/handler.ts";
import {
  type NodeHandler,
  type NodeRequest,
  type NodeResponse,
  toNodeHandler,
} from "../adapters/node/handler.ts";
import { type DeliveryChoice, zeroCopy } from "../deliveries/choice.ts";
import type { Way } from "../deliveries/direct.ts";
import type { Front } from "../deliveries/front.ts";
import { type Report, toReport } from "../observe/report.ts";
import { serve } from "../serve/serve.ts";
import { files, type FilesOptions } from "../sources/files.ts";
import type { GivenContent } from "../sources/given/given-content.ts";
import type { OpenFileHandle } from "../sources/given/open-handle.ts";
import type { Source } from "../sources/source.ts";
import { assertSource } from "./assert-source.ts";
import { deliveryFromEnvironment } from "./delivery-from-environment.ts";
import { type ToChosenJudge, toChosenJudges, toJudge } from "./judges.ts";
import { keeping, listing, toCacheOptions } from "./known.ts";
import type { SendOptions, StetOptions } from "./options.ts";
import { toSentFile } from "./sent-file.ts";
import { toPolicy } from "./to-policy.ts";
import { assertOptionsOfSource } from "./validate-options.ts";
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
 * Sends one file: the application has decided which, stet judges the request and delivers. It is a path, relative to the
 * root and not percent-encoded (one that leads nowhere, or out of the root, is answered with 404), or a content at hand:
 * bytes, a `Blob`, an open `FileHandle`, what is read by range, or a stream. What is given away is stet's to close.
 *
 * @throws TypeError for an option that means nothing, or what is no content, saying what to write instead
 */
export interface Send {
  (request: Request, file: string | SentContent, options?: SendOptions): Promise<Response>;
  (
    request: NodeRequest,
    response: NodeResponse,
    file: string | SentContent,
    options?: SendOptions,
  ): Promise<void>;
}

/** A content at hand. */
export type SentContent = GivenContent | OpenFileHandle;

/**
 * Makes the policy object.
 *
 * @param root a folder, as a path or a `file:` URL, or a source such as `memory({…})`
 * @throws TypeError where the folder isn't there, or an option, `STET_DELIVERY` or `STET_LARGE` means nothing
 */
export function stet(root: string | URL | Source, options: StetOptions = {}): Stet {
  const fromEnvironment = deliveryFromEnvironment(root);
  const policy = keeping(listing(toPolicy(options, fromEnvironment), options.list), options.cache);
  const source = toSource(root, options, policy.front, options.delivery ?? fromEnvironment);
  const report = toReport(options.onDelivered, policy.onError);
  const judge = toJudge(source, policy);
  const large = wayOfLarge();
  return {
    node: toNodeHandler(
      { ...judge, judge: (request, mayPass) => serve(request, source, policy, mayPass) },
      { fallthrough: options.fallthrough ?? true, report, large },
    ),
    fetch: toFetchHandler(judge, report),
    send: toSend(toChosenJudges(source, policy, options, toSentFile), report, large),
  };
}

function toSource(
  root: string | URL | Source,
  options: StetOptions,
  front: Front | undefined,
  delivery: DeliveryChoice | undefined,
): Source {
  if (typeof root === "string" || root instanceof URL) return files(root, toFilesOptions(options, delivery));
  assertSource(root, front, 'a folder such as "public", a file: URL, or a source such as memory({ … })');
  assertOptionsOfSource(options);
  return root;
}

function toFilesOptions(
  { precompressed, appendOnly, neverOverwritten: said, blocking, cache, untrusted = false }: StetOptions,
  delivery: DeliveryChoice | undefined,
): FilesOptions {
  const neverOverwritten = delivery === zeroCopy ? true : said;
  const { freshFor } = toCacheOptions(cache);
  return {
    ...(untrusted !== false && WITHOUT_SIBLINGS),
    ...(precompressed !== undefined && { precompressed }),
    ...(appendOnly !== undefined && { appendOnly }),
    ...(neverOverwritten !== undefined && { neverOverwritten }),
    ...(blocking !== undefined && { blocking }),
    ...(freshFor !== undefined && { freshFor }),
  };
}

/** Each call is a handler of its own, with the one file in place of the request's target. */
function toSend(chosen: ToChosenJudge<SentContent>, report: Report, large: Way | undefined): Send {
  function send(...call: FetchCall): Promise<Response>;
  function send(...call: NodeCall): Promise<void>;
  async function send(...call: FetchCall | NodeCall): Promise<Response | void> {
    if (isNodeCall(call)) {
      const [request, response, file, options] = call;
      return toNodeHandler(chosen(file, options), { fallthrough: false, report, large })(request, response);
    }
    const [request, file, options] = call;
    return toFetchHandler(chosen(file, options), report)(request);
  }
  return send;
}

type FetchCall = [request: Request, file: string | SentContent, options?: SendOptions];
type NodeCall = [
  request: NodeRequest,
  response: NodeResponse,
  file: string | SentContent,
  options?: SendOptions,
];

function isNodeCall(call: FetchCall | NodeCall): call is NodeCall {
  const [, response] = call;
  return typeof response === "object" && response !== null && "setHeader" in response;
}
