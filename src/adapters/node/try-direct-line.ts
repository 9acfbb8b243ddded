import { writeSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { descriptorOf } from "./direct-line.ts";

/** Milliseconds after which the trial has failed. */
const PATIENCE = 1_000;

let tried: Promise<boolean> | undefined;

/**
 * Whether bytes written to a socket's descriptor take their place among those written to the socket. It is tried once,
 * on a connection of this process to itself: where Node keeps the descriptor is its own affair, and may change.
 */
export function isDirectLineUnderstood(): Promise<boolean> {
  tried ??= tryDirectLine().catch(() => false);
  return tried;
}

async function tryDirectLine(): Promise<boolean> {
  // Only where all the rest is tested, too.
  if (process.platform !== "linux" || "bun" in process.versions || "deno" in process.versions) return false;
  const server = createServer();
  try {
    return (await converse(server)) === "head, content, end";
  } finally {
    server.close();
  }
}

function converse(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.on("error", reject).on("connection", (socket: Socket) => {
      socket.on("error", reject).write("head, ");
      const descriptor = socket.writableLength === 0 ? descriptorOf(socket) : undefined;
      if (descriptor !== undefined) writeSync(descriptor, "content, ");
      socket.end("end");
    });
    // A worker of a cluster has a port of its own then, and asks no one for it.
    server.listen({ port: 0, host: "127.0.0.1", exclusive: true }, () => {
      const address = server.address();
      const client = connect(typeof address === "object" && address !== null ? address.port : 0, "127.0.0.1");
      let received = "";
      client.on("data", (chunk) => (received += chunk.toString())).on("end", () => resolve(received));
      client.on("error", reject).setTimeout(PATIENCE, () => client.destroy(new Error("nothing came")));
    });
  });
}
