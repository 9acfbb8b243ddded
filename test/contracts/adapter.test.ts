import { connect, createServer, type IncomingHttpHeaders } from "node:http2";
import type { AddressInfo } from "node:net";
import { stet } from "../../src/index.ts";
import { type Adapted, type AdapterAnswer, describeAdapter } from "./adapter.ts";
import { collect, toHeaders } from "./ask-http.ts";

describeAdapter("node, over HTTP/2", async (root, options) => {
  const server = createServer(stet(root, options).node);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
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
});

describeAdapter("fetch, without a server", async (root, options): Promise<Adapted> => {
  const files = stet(root, options);
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
});
