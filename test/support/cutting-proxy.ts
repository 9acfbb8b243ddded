import { connect, createServer, type Server, type Socket } from "node:net";

/** Bytes of a response after which its connection is cut. */
const CUT_AFTER = 256 * 1024;

/** What stands between client and server, and breaks the first connection that carries a long response. */
export interface CuttingProxy {
  readonly port: number;
  /** The heads of the requests that came, each with the status of its response. */
  readonly exchanges: readonly Exchange[];
  readonly close: () => Promise<void>;
}

export interface Exchange {
  /** The fields that decide what a range is answered with, by name. */
  readonly fields: Readonly<Record<string, string>>;
  readonly status: number;
}

const TOLD = /^(range|if-[a-z-]+): (.*)$/gim;

/** @param onCut called when the client has a part, before it sees that the connection is broken */
export async function startCuttingProxy(upstream: number, onCut: () => void): Promise<CuttingProxy> {
  const exchanges: Exchange[] = [];
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((client) => {
    sockets.add(client);
    const origin = connect(upstream, "127.0.0.1");
    for (const socket of [client, origin]) {
      socket
        .on("error", () => undefined)
        .on("close", () => [client, origin].forEach((each) => each.destroy()));
    }
    const heads: string[] = [];
    client.on("data", (chunk: Buffer) => {
      heads.push(chunk.toString("latin1"));
      origin.write(chunk);
    });
    let received = 0;
    origin.on("data", (chunk: Buffer) => {
      if (received === 0) exchanges.push(toExchange(heads.splice(0).join(""), chunk));
      received += chunk.length;
      client.write(chunk);
      if (isCut || received < CUT_AFTER) return;
      isCut = true;
      origin.destroy();
      onCut();
      client.end();
    });
  });
  const port = await listen(server);
  return {
    port,
    exchanges,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function toExchange(head: string, response: Buffer): Exchange {
  const fields = Array.from(
    head.matchAll(TOLD),
    ([, name = "", value = ""]) => [name.toLowerCase(), value.trim()] as const,
  );
  return { fields: Object.fromEntries(fields), status: Number(response.toString("latin1", 9, 12)) };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}
