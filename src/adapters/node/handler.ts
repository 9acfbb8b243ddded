import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { Outcome } from "../../serve/serve.ts";
import type { Mount, RequestHead } from "../../serve/request-head.ts";
import type { Delivered } from "../../observe/delivered.ts";
import { toRequestFields } from "./request-fields.ts";
import { sendAnswer } from "./send-answer.ts";
import { inTurn } from "./in-turn.ts";

/** A request of `node:http` or `node:http2`, as Express or connect pass it on. */
export type NodeRequest = IncomingMessage | Http2ServerRequest;
export type NodeResponse = ServerResponse | Http2ServerResponse;
export type NodeNext = (error?: unknown) => void;

/** A handler for `http.createServer`, `http2.createSecureServer`, Express and connect. It never rejects. */
export type NodeHandler = (request: NodeRequest, response: NodeResponse, next?: NodeNext) => Promise<void>;

/** Judges a request; `mayPass` says whether someone else may answer it instead. */
export type Judge = (request: RequestHead, mayPass: boolean) => Promise<Outcome>;

/**
 * Answers requests of Node's own servers.
 *
 * @param fallthrough whether what isn't ours goes on to `next`, where there is one
 */
export function toNodeHandler(
  judge: Judge,
  fallthrough: boolean,
  onDelivered: ((event: Delivered) => void) | undefined,
): NodeHandler {
  return async (request, response, next) => {
    const started = performance.now();
    const head = toRequestHead(request);
    await inTurn(request, response, async () => {
      const outcome = await judge(head, fallthrough && next !== undefined);
      if (outcome === "pass") {
        next?.();
        return;
      }
      const { bytes, aborted } = await sendAnswer(request, response, outcome);
      const { judged } = outcome;
      onDelivered?.({
        request: head,
        status: outcome.head.status,
        judged,
        bytes,
        aborted,
        ms: performance.now() - started,
      });
    });
  };
}

/** Translates a request of Node's into the pipeline's words. */
export function toRequestHead(request: NodeRequest): RequestHead {
  const target = request.url ?? "/";
  return {
    method: request.method ?? "GET",
    target,
    fields: toRequestFields(request.rawHeaders),
    mount: "originalUrl" in request ? toMount(request.originalUrl, target) : undefined,
  };
}

/** What Express or connect took off the front of the original target; both frameworks put a slash before a query that is left bare. */
function toMount(original: unknown, target: string): Mount | undefined {
  if (typeof original !== "string" || original === target) return undefined;
  if (original.endsWith(target)) {
    return { pathname: original.slice(0, original.length - target.length), bare: false };
  }
  if (target.startsWith("/") && original.endsWith(target.slice(1))) {
    return { pathname: original.slice(0, original.length - target.length + 1), bare: true };
  }
  return undefined;
}
