import type { ResponseHead } from "../../decision/response-head.ts";
import { combineFieldLines } from "../../http/field-list.ts";
import { JOINED, JUDGED } from "../judged-fields.ts";

/** A response whose head is still to be sent: Node's own, or a framework's in front of it. */
export interface Unsent {
  statusCode: number;
  getHeaderNames(): readonly string[];
  getHeader(name: string): number | string | readonly string[] | undefined;
  setHeader(name: string, value: string): unknown;
  removeHeader(name: string): unknown;
}

/**
 * Sets the head of a response. What the application has set before (Cache-Control, CORS, cookies) stands, but for what
 * is judged; what both have a part in is joined.
 */
export function setHead(response: Unsent, head: ResponseHead): void {
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

function joined(response: Unsent, name: string, value: string): string {
  const given = [response.getHeader(name) ?? []].flat().map(String);
  return combineFieldLines([...given, value]) ?? value;
}
