import { once } from "node:events";
import { connect, createServer } from "node:net";

/** Below those that systems give to whoever asks for any: nobody else is given one of these. */
const FIRST = 10_000;
const COUNT = 20_000;

/** A port of the loopback at which nobody listens, for a server that can't find one for itself. */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** @throws Error where nobody listens */
export async function knock(port: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.destroy();
}
