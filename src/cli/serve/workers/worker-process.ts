import cluster, { type Worker } from "node:cluster";
import type { Socket } from "node:net";
import { systemCode } from "../../errors.ts";
import type { Recipient } from "./handover.ts";
import type { Batch, ToPrimary, ToWorker } from "./messages.ts";

/** What a worker tells. */
export interface WorkerEvents {
  readonly onReady: () => void;
  readonly onReceived: (connection: boolean) => void;
  readonly onLines: (batch: Batch) => void;
}

/** A worker as the primary sees it. */
export class WorkerProcess implements Recipient<Socket> {
  /** Resolves with how it ended, when it is gone and all that it has told is heard. */
  readonly ended: Promise<string>;
  readonly #worker: Worker;
  #readySince: number | undefined;

  constructor({ onReady, onReceived, onLines }: WorkerEvents) {
    this.#worker = cluster.fork();
    this.ended = untilEnded(this.#worker);
    this.#worker.on("message", (message: ToPrimary) => {
      if (message.kind === "lines") return onLines(message);
      if (message.kind === "received") return onReceived(message.connection);
      this.#readySince = performance.now();
      onReady();
    });
  }

  get name(): string {
    return `worker ${this.#worker.process.pid ?? "without a process"}`;
  }

  /** Milliseconds since it was ready, if it ever was. */
  get served(): number | undefined {
    return this.#readySince === undefined ? undefined : performance.now() - this.#readySince;
  }

  give(connection: Socket, onArrival: () => void): void {
    this.#tell({ kind: "connection" }, connection);
    // Node sends no message after a connection until the worker has said that the connection came, or didn't.
    this.#tell({ kind: "confirm" }, undefined, onArrival);
  }

  /** Lets what is under way in it finish. Before it is ready, nothing is, and it wouldn't hear. */
  drain(): void {
    if (this.#readySince === undefined) this.kill();
    else this.#tell({ kind: "drain" });
  }

  kill(): void {
    this.#worker.process.kill("SIGKILL");
  }

  /** One that is gone can't be told anything; that is seen by its end. */
  #tell(message: ToWorker, connection?: Socket, onTold?: () => void): void {
    this.#worker.send(message, connection, { keepOpen: true }, (error) => {
      if (error === null) onTold?.();
    });
  }
}

/** By its channel, too: what it told last may be read after its exit. */
function untilEnded(worker: Worker): Promise<string> {
  return new Promise((resolve) => {
    worker.on("error", (error) => resolve(`couldn't be started (${systemCode(error)})`));
    worker.once("exit", (code: number, signal: string | null) => {
      const how = signal ? `was killed by ${signal}` : `ended with exit code ${code}`;
      if (worker.isConnected()) worker.once("disconnect", () => resolve(how));
      else resolve(how);
    });
  });
}
