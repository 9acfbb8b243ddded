import { once } from "node:events";
import type { Server } from "node:net";
import { systemCode, UsageError } from "../errors.ts";
import type { Log } from "./log.ts";

export const DEFAULT_PORT = 3000;

/** How many ports are tried after the default one. */
const ATTEMPTS = 100;

/**
 * Listens on the port that was asked for, or on the first free one from the default on.
 *
 * @returns the port
 * @throws UsageError where that isn't possible
 */
export async function listen(
  server: Server,
  host: string,
  asked: number | undefined,
  log: Log,
): Promise<number> {
  if (asked !== undefined) return listenOn(server, host, asked);
  for (let port = DEFAULT_PORT; port < DEFAULT_PORT + ATTEMPTS; port++) {
    const isFree = await listenIfFree(server, host, port);
    if (!isFree) continue;
    if (port !== DEFAULT_PORT) log.notice(`port ${DEFAULT_PORT} is taken, using ${port}`);
    return port;
  }
  throw new UsageError(
    `The ports from ${DEFAULT_PORT} to ${DEFAULT_PORT + ATTEMPTS - 1} are all taken.`,
    "Take any free one with --port 0.",
  );
}

async function listenIfFree(server: Server, host: string, port: number): Promise<boolean> {
  try {
    await tryListening(server, host, port);
    return true;
  } catch (error) {
    if (systemCode(error) === "EADDRINUSE") return false;
    throw toUsageError(error, host, port);
  }
}

async function listenOn(server: Server, host: string, asked: number): Promise<number> {
  try {
    await tryListening(server, host, asked);
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : asked;
  } catch (error) {
    throw toUsageError(error, host, asked);
  }
}

async function tryListening(server: Server, host: string, port: number): Promise<void> {
  server.listen({ host, port });
  await once(server, "listening");
}

/** What the system's refusal means, and what to do about it. */
export function toUsageError(error: unknown, host: string, port: number): UsageError {
  const code = systemCode(error);
  switch (code) {
    case "EADDRINUSE":
      return new UsageError(
        `Port ${port} is taken.`,
        "Give another with --port <number>, or take any free one with --port 0.",
      );
    case "EACCES":
    case "EPERM":
      return new UsageError(
        `Port ${port} needs rights that you don't have.`,
        "Give one above 1023, such as --port 8080.",
      );
    case "EADDRNOTAVAIL":
    case "EAFNOSUPPORT":
    case "EINVAL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new UsageError(
        `${host} is no address of this machine (${code}).`,
        "Leave out --host to serve this machine only, or give --host 0.0.0.0 to serve its network.",
      );
    default:
      return new UsageError(
        `Listening on ${host}, port ${port}, failed (${code}).`,
        "Try another --host or another --port.",
      );
  }
}
