import { ServerResponse } from "node:http";
import { Http2ServerResponse } from "node:http2";
import type { ResponseHead } from "../../decision/response-head.ts";
import { combineFieldLines } from "../../http/field-list.ts";
import type { NodeResponse } from "./handler.ts";
import { setHead } from "./set-head.ts";

/**
 * Whether a middleware has replaced the methods that take the content: it may compress it. Whoever only looks at the head
 * (loggers, timers) replaces `writeHead` alone.
 */
export function isWrapped(response: NodeResponse): boolean {
  const prototype = "stream" in response ? Http2ServerResponse.prototype : ServerResponse.prototype;
  return response.write !== prototype.write || response.end !== prototype.end;
}

/** The answers that are about a file's content. */
const ABOUT_CONTENT: ReadonlySet<number> = new Set([200, 206, 304]);

/**
 * Sets the head of a response of Node's. A wrapped one is told that its content must not be changed: `compression` would give a
 * compressed part the Content-Range of the file, and two contents the same strong entity tag.
 *
 * @see RFC 9111 §5.2.2.6
 */
export function setNodeHead(response: NodeResponse, head: ResponseHead): void {
  setHead(response, head);
  if (ABOUT_CONTENT.has(head.status) && isWrapped(response)) forbidTransform(response);
}

function forbidTransform(response: NodeResponse): void {
  const given = combineFieldLines([response.getHeader("Cache-Control") ?? []].flat().map(String));
  if (given !== undefined && /(?:^|,)\s*no-transform\s*(?:,|$)/i.test(given)) return;
  response.setHeader("Cache-Control", given === undefined ? "no-transform" : `${given}, no-transform`);
}
