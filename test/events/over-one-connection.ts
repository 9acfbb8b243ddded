import type { Stet } from "../../src/index.ts";
import type { Adapted } from "../contracts/adapter.ts";
import { listen } from "../support/listen.ts";
import { RawConnection } from "../support/raw-connection.ts";

/** All requests on one connection of HTTP/1.1 that is kept alive, which is where answers are prepared. */
export async function overOneConnection({
  node,
}: Pick<Stet, "node">): Promise<Pick<Adapted, "ask" | "stop">> {
  const server = await listen((request, response) => void node(request, response));
  const connection = await RawConnection.open(server.port);
  return {
    async ask(method, target, fields = {}) {
      const { status, head, content } = await connection.request(target, { method, fields });
      const lines = head.lines.map(([name, value]): [string, string] => [name, value]);
      return { status, headers: new Headers(lines), body: content };
    },
    async stop() {
      connection.close();
      await server.close();
    },
  };
}
