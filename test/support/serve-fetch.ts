import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { getRequestListener } from "@hono/node-server";
import { listen, type Listening } from "./listen.ts";

/** Starts a server of the Fetch standard. */
export function serveFetch(fetch: (request: Request) => Response | Promise<Response>): Promise<Listening> {
  const answer = getRequestListener(fetch);
  return listen((request, response) => void answer(request, response));
}

/** It gives a type to every content that has none, and a part for If-Range is to have none. */
export const EXCEPT = ["F01"];

/** As `serveFetch`, by the least that makes a `Request` of Node's, and of a `Response` what Node sends. */
export function bridgeFetch(fetch: (request: Request) => Promise<Response>): Promise<Listening> {
  return listen((incoming, outgoing) => {
    const answer = async (): Promise<void> => {
      const { status, headers, body } = await fetch(toRequest(incoming));
      outgoing.writeHead(status, Object.fromEntries(headers));
      if (body === null) outgoing.end();
      else await pipeline(Readable.fromWeb(body as ReadableStream), outgoing);
    };
    answer().catch(() => outgoing.destroy());
  });
}

function toRequest({ method = "GET", url = "/", headersDistinct }: IncomingMessage): Request {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  const { href } = new URL(url, "http://localhost");
  // The standard makes no request of these.
  const isMade = method !== "TRACE" && method !== "CONNECT";
  return new Request(href, { method: isMade ? method : "FORBIDDEN", headers });
}
