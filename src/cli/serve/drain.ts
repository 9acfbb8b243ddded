import { Server as NetServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Connections } from "./connections.ts";
import type { Server } from "./create-server.ts";
import type { Stop } from "./signals.ts";

/** Milliseconds that requests under way may still take. */
export const GRACE = 10_000;

/** What the server says when it is told to stop while requests are under way. */
export function waitingMessage(requests: number, stop: Stop | undefined): string {
  const what = `waiting up to ${GRACE / 1000} s for ${requests} ${requests === 1 ? "request" : "requests"} to finish`;
  if (stop === undefined) return what;
  return `${what}; ${stop === "SIGINT" ? "press Ctrl-C again to stop now" : "a second SIGTERM stops it now"}`;
}

/**
 * Takes no more connections, lets what is under way finish, and then closes everything.
 *
 * @param onWaiting called with the number of requests under way
 */
export async function drain(
  server: Server,
  connections: Connections,
  onWaiting: (requests: number) => void,
): Promise<void> {
  // An HTTP server's own close() would also cut what it takes for idle; see `Connections`.
  NetServer.prototype.close.call(server);
  const finished = connections.finish();
  onWaiting(connections.underWay);
  await Promise.race([finished, delay(GRACE, undefined, { ref: false })]);
  connections.destroy();
}
