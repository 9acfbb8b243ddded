import { createServer, type RequestListener } from "node:http";
import type { Server } from "node:net";

/** A server on a port of its own, on the loopback. */
export interface Listening {
  readonly port: number;
  /** Cuts whatever is still connected. */
  readonly close: () => Promise<void>;
}

/** Starts a `node:http` server. */
export async function listen(listener: RequestListener): Promise<Listening> {
  const server = createServer(listener);
  return {
    port: await listening(server),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Has a server listen. @returns its port */
export async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return portOf(server);
}

/** The port of a server that listens. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return address.port;
}
