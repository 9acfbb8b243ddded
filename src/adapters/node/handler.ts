import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { Way } from "../../deliveries/direct.ts";
import { FAILED } from "../../serve/answer.ts";
import type { Judge } from "../../serve/judge.ts";
import type { Mount, RequestHead } from "../../serve/request-head.ts";
import type { Account, Report } from "../../observe/report.ts";
import { toOriginForm } from "../../target/origin-form.ts";
import { isCanonicalMount } from "../mount.ts";
import { toRequestFields } from "./request-fields.ts";
import { sendAnswer } from "./send-answer.ts";
import { reportWhenClosed, sendAtHand } from "./send-at-hand.ts";
import { isBehindOthers, itsTurn } from "./in-turn.ts";

/** A request of `node:http` or `node:http2`, as Express or connect pass it on. */
export type NodeRequest = IncomingMessage | Http2ServerRequest;
export type NodeResponse = ServerResponse | Http2ServerResponse;
export type NodeNext = (error?: unknown) => void;

/** A handler for `http.createServer`, `http2.createSecureServer`, Express and connect. It never rejects. */
export type NodeHandler = (request: NodeRequest, response: NodeResponse, next?: NodeNext) => Promise<void>;

export interface NodeHandlerOptions {
  /** Whether what isn't ours, and what fails, goes on to `next`, where there is one. */
  readonly fallthrough: boolean;
  readonly report: Report;
  /** The way that each large content takes, where it isn't to be chosen by what is open. */
  readonly large: Way | undefined;
}

/** What a handler gives where nothing is left to wait for. */
const ANSWERED = Promise.resolve();

/** Answers requests of Node's own servers. */
export function toNodeHandler(
  { recall, judge, attempt, pathOf, letGo }: Judge,
  { fallthrough, report, large }: NodeHandlerOptions,
): NodeHandler {
  return (request, response, next) => {
    const head = toRequestHead(request);
    const account = report.start(head, pathOf);
    try {
      // Before its turn, what Node itself puts in front of an answer (a 100, a 103) would end up in its content.
      const known = isBehindOthers(request, response) ? undefined : recall(head);
      if (known === undefined) return answer(head, request, response, next, account);
      sendAtHand(request, response, known, account);
    } catch (error) {
      fail(error, request, response, next, account);
    }
    return ANSWERED;
  };

  async function answer(
    head: RequestHead,
    request: NodeRequest,
    response: NodeResponse,
    next: NodeNext | undefined,
    account: Account,
  ): Promise<void> {
    try {
      // Only who has to wait hasn't been looked up yet.
      const hasToWait = isBehindOthers(request, response);
      if (!(await itsTurn(request, response))) return letGo?.();
      const known = hasToWait ? recall(head) : undefined;
      const outcome = known ?? (await (fallthrough && next !== undefined ? attempt(head) : judge(head)));
      if (outcome === "pass") next?.();
      else await sendAnswer(request, response, outcome, { account, large, onError: report.onError });
    } catch (error) {
      fail(error, request, response, next, account);
    }
  }

  /**
   * There is no answer, but a failure for who comes next; or it can't be sent: the application has answered already, or a
   * field of its own is no field.
   */
  function fail(
    error: unknown,
    request: NodeRequest,
    response: NodeResponse,
    next: NodeNext | undefined,
    account: Account,
  ): void {
    if (next !== undefined) return next(error);
    report.onError(error);
    giveUp(request, response, account);
  }
}

/** A bare 500 where that is still possible, otherwise a broken connection; what is answered already stands. */
function giveUp(request: NodeRequest, response: NodeResponse, account: Account): void {
  if (response.writableEnded) return;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  response.statusCode = FAILED.head.status;
  reportWhenClosed(request, response, FAILED, account);
  response.end();
}

/** Translates a request of Node's into the pipeline's words. */
export function toRequestHead(request: NodeRequest): RequestHead {
  const target = request.url ?? "/";
  const mount = "originalUrl" in request ? toMount(request.originalUrl, target) : undefined;
  return {
    method: request.method ?? "GET",
    // Polka takes a mount off whole, where Express and connect leave a slash.
    target: mount !== undefined && target.startsWith("?") ? `/${target}` : target,
    fields: toRequestFields(request.rawHeaders),
    native: request,
    mount,
    ambiguous:
      (mount !== undefined && !isCanonicalMount(mount.pathname)) ||
      (!target.startsWith("/") && isReadOtherwise(request, target)) ||
      undefined,
  };
}

/**
 * Whether others read no path in a target of absolute-form, or another one. No URL can be made of a host such as `xn--`. And
 * polka takes the whole target for the path, scheme and host included, so none of its guards matches: it says so itself.
 */
function isReadOtherwise(request: NodeRequest, target: string): boolean {
  const originForm = toOriginForm(target);
  if (originForm === undefined) return false;
  if (!URL.canParse(target)) return true;
  const [pathname] = originForm.split("?", 1);
  return "path" in request && typeof request.path === "string" && request.path !== pathname;
}

/** A target without the scheme and the host that an absolute form has in front. @see RFC 9112 §3.2.2 */
function withoutOrigin(target: string): string {
  return target.replace(/^https?:\/\/[^/?]*/i, "");
}

/**
 * What Express or connect took off the front of the original target's path. Both put a slash before a query, or nothing,
 * that is left bare.
 */
function toMount(originalUrl: unknown, url: string): Mount | undefined {
  if (typeof originalUrl !== "string" || originalUrl === url) return undefined;
  const original = withoutOrigin(originalUrl);
  const target = withoutOrigin(url);
  if (original.endsWith(target)) {
    const bare = target === "" || target.startsWith("?");
    return { pathname: original.slice(0, original.length - target.length), bare };
  }
  if (target.startsWith("/") && original.endsWith(target.slice(1))) {
    return { pathname: original.slice(0, original.length - target.length + 1), bare: true };
  }
  return undefined;
}
