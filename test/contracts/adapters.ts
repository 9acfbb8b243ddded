import { request as httpRequest } from "node:http";
import { connect, createServer, type IncomingHttpHeaders } from "node:http2";
import type { Stet } from "../../src/index.ts";
import { listen, listening, type Listening } from "../support/listen.ts";
import type { Adapted, AdapterAnswer } from "./adapter.ts";

/** Each request on a connection of its own. */
export async function overHttp1(files: Pick<Stet, "node">): Promise<Adapted> {
  return askHttp(await listen(files.node));
}

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

/** All requests on one connection. */
export async function overHttp2(files: Pick<Stet, "node">): Promise<Adapted> {
  const server = createServer(files.node);
  const session = connect(`http://127.0.0.1:${await listening(server)}`);
  return {
    ask: (method, path, headers = {}) =>
      new Promise((resolve, reject) => {
        const stream = session.request({ ":method": method, ":path": path, ...headers });
        let head: IncomingHttpHeaders = {};
        stream.on("response", (received) => (head = received));
        stream.on("error", reject);
        collect(stream).then(
          (body) => resolve({ status: Number(head[":status"]), headers: toHeaders(head), body }),
          reject,
        );
        stream.end();
      }),
    abandon: (path) =>
      new Promise((resolve) => {
        const stream = session.request({ ":path": path });
        stream.on("error", () => undefined);
        stream.once("data", () => {
          stream.close(8);
          resolve();
        });
      }),
    async stop() {
      session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Without a server: what the runtime would do with a response. */
export async function overFetch(files: Pick<Stet, "fetch">): Promise<Adapted> {
  const fetched = (method: string, target: string, headers = {}): Promise<Response> =>
    files.fetch(new Request(`http://localhost${target}`, { method, headers }));
  return {
    async ask(method, target, headers): Promise<AdapterAnswer> {
      const response = await fetched(method, target, headers);
      return {
        status: response.status,
        headers: response.headers,
        body: new Uint8Array(await response.arrayBuffer()),
      };
    },
    async abandon(target) {
      const reader = (await fetched("GET", target)).body?.getReader();
      await reader?.read();
      await reader?.cancel();
    },
    stop: () => Promise.resolve(),
  };
}

async function collect(stream: AsyncIterable<Buffer>): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function toHeaders(headers: IncomingHttpHeaders): Headers {
  const lines = Object.entries(headers).filter(([name]) => !name.startsWith(":"));
  return new Headers(lines.map(([name, value]): [string, string] => [name, String(value)]));
}
