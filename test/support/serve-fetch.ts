import { getRequestListener } from "@hono/node-server";
import { listen, type Listening } from "./listen.ts";

/** Starts a server of the Fetch standard. */
export function serveFetch(fetch: (request: Request) => Response | Promise<Response>): Promise<Listening> {
  const answer = getRequestListener(fetch);
  return listen((request, response) => void answer(request, response));
}

/** It gives a type to every content that has none, and a part for If-Range is to have none. */
export const EXCEPT = ["F01"];
