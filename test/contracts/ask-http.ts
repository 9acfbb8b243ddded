import { type IncomingHttpHeaders, request as httpRequest } from "node:http";
import type { Listening } from "../support/listen.ts";
import type { Adapted } from "./adapter.ts";

/** A way to ask a server that listens, over HTTP/1.1. */
export function askHttp({ port, close }: Listening): Adapted {
  const host = "127.0.0.1";
  return {
    ask: (method, path, headers = {}) =>
      new Promise((resolve, reject) => {
        const request = httpRequest({ port, host, method, path, headers, agent: false }, (response) => {
          collect(response).then(
            (body) =>
              resolve({ status: response.statusCode ?? 0, headers: toHeaders(response.headers), body }),
            reject,
          );
        });
        request.on("error", reject).end();
      }),
    abandon: (path) =>
      new Promise((resolve) => {
        const request = httpRequest({ port, host, path, agent: false }, (response) => {
          response.once("data", () => {
            response.destroy();
            resolve();
          });
        });
        request.on("error", () => undefined).end();
      }),
    stop: close,
  };
}

export async function collect(stream: AsyncIterable<Buffer>): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function toHeaders(headers: IncomingHttpHeaders): Headers {
  const lines = Object.entries(headers).filter(([name]) => !name.startsWith(":"));
  return new Headers(lines.map(([name, value]): [string, string] => [name, String(value)]));
}
