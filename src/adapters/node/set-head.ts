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

/**
 * Sets the head of a response. What the application has set before (Cache-Control, CORS, cookies) stands, but for what
 * is judged; its Vary is joined with ours, since the answer depends on both.
 */
export function setHead(response: NodeResponse, head: ResponseHead): void {
  response.statusCode = head.status;
  const given = new Set(response.getHeaderNames());
  for (const name of JUDGED) {
    if (given.delete(name)) response.removeHeader(name);
  }
  for (const [name, value] of head.fields) {
    const key = name.toLowerCase();
    if (key === "vary") response.setHeader(name, combineFieldLines([...varyOf(response), value]) ?? value);
    else if (!given.has(key)) response.setHeader(name, value);
  }
}

function varyOf(response: NodeResponse): readonly string[] {
  const vary = response.getHeader("vary");
  return vary === undefined ? [] : [vary].flat().map(String);
}
