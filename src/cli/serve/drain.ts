import { Server as NetServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Connections } from "./connections.ts";
import type { Server } from "./create-server.ts";

/** Milliseconds that requests under way may still take. */
export const GRACE = 10_000;

/** Takes no more connections, lets what is under way finish, and then closes everything. */
export async function drain(server: Server, connections: Connections): Promise<void> {
  // An HTTP server's own close() would also cut what it takes for idle; see `Connections`.
  NetServer.prototype.close.call(server);
  await Promise.race([connections.finish(), delay(GRACE, undefined, { ref: false })]);
  connections.destroy();
}
