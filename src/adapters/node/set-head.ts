import type { ResponseHead } from "../../decision/response-head.ts";
import { combineFieldLines } from "../../http/field-list.ts";
import type { NodeResponse } from "./handler.ts";

/** What is judged, or follows from it: it always replaces what the application has set before. */
const JUDGED = new Set([
  "accept-ranges",
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
  "date",
  "etag",
  "last-modified",
  "location",
  "x-accel-redirect",
  "x-sendfile",
]);

/** Lists of which the application's part and ours both hold: what the answer depends on, and what it may not do. */
const JOINED = new Set(["content-security-policy", "vary"]);

/**
 * Sets the head of a response. What the application has set before (Cache-Control, CORS, cookies) stands, but for what
 * is judged; what both have a part in is joined.
 */
export function setHead(response: NodeResponse, head: ResponseHead): void {
  response.statusCode = head.status;
  const given = new Set(response.getHeaderNames());
  for (const name of JUDGED) {
    if (given.delete(name)) response.removeHeader(name);
  }
  for (const [name, value] of head.fields) {
    const key = name.toLowerCase();
    if (JOINED.has(key)) response.setHeader(name, joined(response, name, value));
    else if (!given.has(key)) response.setHeader(name, value);
  }
}

function joined(response: NodeResponse, name: string, value: string): string {
  const given = [response.getHeader(name) ?? []].flat().map(String);
  return combineFieldLines([...given, value]) ?? value;
}
