import { once } from "node:events";
import type { Socket } from "node:net";
import type { Server } from "../create-server.ts";
import { createService } from "../create-service.ts";
import { drain } from "../drain.ts";
import type { ServeFlags } from "../flags.ts";
import { toLog } from "../to-log.ts";
import { Lines } from "./lines.ts";
import type { ToPrimary, ToWorker } from "./messages.ts";

/** Serves the connections that the primary hands over, until that says to stop. Its death ends this process, too. */
export async function serveAsWorker(dir: string, flags: ServeFlags): Promise<void> {
  leaveSignalsToPrimary();
  // A worker that can't serve comes to its end by itself, as any command.
  process.channel?.unref();
  const lines = new Lines((batch, onSent) => tell({ kind: "lines", ...batch }, onSent));
  const log = toLog(flags, { output: lines, pid: process.pid });
  const { server, connections } = await createService(dir, flags, log);
  server.on("error", log.failed);

  process.channel?.ref();
  await drainOrder(server);
  await drain(server, connections);
  await untilAllIsClosed();
  await lines.allSent();
  process.disconnect();
}

/** A terminal's Ctrl-C, or a service manager's SIGTERM, reaches every process of a group. */
function leaveSignalsToPrimary(): void {
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => undefined);
}

/** Takes connections. Resolves when the primary says that there will be no more. */
function drainOrder(server: Server): Promise<void> {
  // It is when they begin to listen that Node's servers begin to look for heads of requests that are late.
  server.emit("listening");
  return new Promise((resolve) => {
    let isReceived = false;
    process.on("message", (message: ToWorker, connection?: Socket) => {
      switch (message.kind) {
        case "connection":
          isReceived = connection !== undefined;
          if (connection !== undefined) accept(server, connection);
          break;
        case "confirm":
          tell({ kind: "received", connection: isReceived });
          isReceived = false;
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

/** What was cut still has its line of the log to tell. So nothing but the channel to the primary may be left. */
async function untilAllIsClosed(): Promise<void> {
  process.channel?.unref();
  await once(process, "beforeExit");
}

/** A primary that is gone can't be told anything. */
function tell(message: ToPrimary, onTold?: () => void): void {
  process.send?.(message, undefined, undefined, () => onTold?.());
}
