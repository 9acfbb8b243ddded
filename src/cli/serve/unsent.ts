import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";

/** Bytes that the system holds for the other side of a connection, which hasn't taken them yet. */
export type Unsent = (socket: Socket) => number;

/** Linux lists every connection here. Node has no call that would tell the same of one. */
const TABLES = ["/proc/net/tcp", "/proc/net/tcp6"];

/** Reads what is unsent now. Where the system has no such table, nothing seems to be. */
export async function readUnsent(): Promise<Unsent> {
  const tables = await Promise.all(TABLES.map((table) => readFile(table, "latin1").catch(() => "")));
  const queues = parseQueues(tables.join("\n"));
  return ({ localPort = 0, remotePort = 0 }) => queues.get(toKey(localPort, remotePort)) ?? 0;
}

/**
 * The send queues, by the connection's two ports: two clients that happen to have the same port count as one, and are
 * cut when both have stalled.
 *
 * @see proc_pid_net(5), Linux's `Documentation/networking/proc_net_tcp.rst`
 */
export function parseQueues(table: string): ReadonlyMap<string, number> {
  const queues = new Map<string, number>();
  for (const line of table.split("\n")) {
    const [, local = "", remote = "", , queue = ""] = line.trim().split(/\s+/);
    const unsent = Number.parseInt(queue, 16);
    if (!(unsent > 0)) continue;
    const key = toKey(parsePort(local), parsePort(remote));
    queues.set(key, (queues.get(key) ?? 0) + unsent);
  }
  return queues;
}

/** `0100007F:0BB8` */
function parsePort(endpoint: string): number {
  return Number.parseInt(endpoint.slice(endpoint.indexOf(":") + 1), 16);
}

function toKey(localPort: number, remotePort: number): string {
  return `${localPort} ${remotePort}`;
}
