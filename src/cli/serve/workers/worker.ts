import { once } from "node:events";
import type { Socket } from "node:net";
import type { Server } from "../create-server.ts";
import { createService } from "../create-service.ts";
import { drain } from "../drain.ts";
import type { ServeFlags } from "../flags.ts";
import { toLog } from "../to-log.ts";
import { Lines } from "./lines.ts";
import type { ToPrimary, ToWorker } from "./messages.ts";

/**
 * Serves the connections that the primary hands over, until that says to stop. `node:cluster` ends this process when the
 * channel to the primary closes, be it that the primary has died.
 */
export async function serveAsWorker(dir: string, flags: ServeFlags): Promise<void> {
  leaveSignalsToPrimary();
  // A worker that can't serve comes to its end by itself, as any command.
  process.channel?.unref();
  const lines = new Lines((batch) => tell({ kind: "lines", ...batch }));
  const log = toLog(flags, { output: lines, pid: process.pid });
  const { server, connections } = await createService(dir, flags, log);
  server.on("error", log.failed);
  process.channel?.ref();

  await untilDrain(server, lines);
  await drain(server, connections, (requests) => tell({ kind: "draining", requests }));
  await untilAllIsClosed();
  await lines.allWritten();
  process.disconnect();
}

/** A terminal's Ctrl-C, or a service manager's SIGTERM, reaches every process of a group. */
function leaveSignalsToPrimary(): void {
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => undefined);
}

/** Takes connections. Resolves when the primary says that there will be no more. */
function untilDrain(server: Server, lines: Lines): Promise<void> {
  // It is when they begin to listen that Node's servers begin to look for heads of requests that are late.
  server.emit("listening");
  return new Promise((resolve) => {
    let received = 0;
    process.on("message", (message: ToWorker, connection?: Socket) => {
      switch (message.kind) {
        case "connection":
          if (connection === undefined) break;
          received = message.number;
          // First of all: what has been read of a connection must not be given to another worker.
          tell({ kind: "received" });
          accept(server, connection);
          break;
        case "inquiry":
          if (received !== message.number) tell({ kind: "missing" });
          break;
        case "written":
          lines.written();
          break;
        case "drain":
          resolve();
      }
    });
    tell({ kind: "ready" });
  });
}

/** As if the server had accepted it. */
function accept(server: Server, connection: Socket): void {
  connection.allowHalfOpen = true;
  server.emit("connection", connection);
}

/** What was cut has yet to tell its line of the log. So this waits until nothing is left but the channel. */
async function untilAllIsClosed(): Promise<void> {
  process.channel?.unref();
  await once(process, "beforeExit");
  process.channel?.ref();
}

/** A primary that is gone can't be told anything; this process is about to end. */
function tell(message: ToPrimary): void {
  process.send?.(message, undefined, undefined, () => undefined);
}
