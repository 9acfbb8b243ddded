import cluster, { type Worker } from "node:cluster";
import type { Socket } from "node:net";
import { systemCode } from "../../errors.ts";
import type { Recipient } from "./handover.ts";
import type { Batch, ToPrimary, ToWorker } from "./messages.ts";

/** Milliseconds after which a worker is asked whether a connection has come. */
const PATIENCE = 1_000;

/** What a worker tells. */
export interface WorkerEvents {
  readonly onReady: () => void;
  readonly onReceived: () => void;
  readonly onMissing: () => void;
  readonly onLines: (batch: Batch) => void;
}

/** A worker as the primary sees it. */
export class WorkerProcess implements Recipient<Socket> {
  /** Resolves with how it ended, when it is gone and all that it has told is heard. */
  readonly ended: Promise<string>;
  /** Resolves with the number of requests that are under way when it begins to drain; with 0 if it ends before. */
  readonly draining: Promise<number>;
  readonly #worker: Worker;
  readonly #events: WorkerEvents;
  #readySince: number | undefined;
  /** How many connections it was given. */
  #given = 0;
  #inquiry: NodeJS.Timeout | undefined;
  #onDraining: (requests: number) => void = () => undefined;

  constructor(events: WorkerEvents) {
    this.#events = events;
    this.#worker = cluster.fork();
    this.#worker.on("message", (message: ToPrimary) => this.#hear(message));
    this.ended = untilEnded(this.#worker);
    this.draining = new Promise((resolve) => {
      this.#onDraining = resolve;
      void this.ended.then(() => resolve(0));
    });
  }

  get name(): string {
    return `worker ${this.#worker.process.pid ?? "without a process"}`;
  }

  /** Milliseconds since it was ready, if it ever was. */
  get served(): number | undefined {
    return this.#readySince === undefined ? undefined : performance.now() - this.#readySince;
  }

  give(connection: Socket): void {
    const number = ++this.#given;
    this.#tell({ kind: "connection", number }, connection);
    this.#inquiry = setTimeout(() => this.#tell({ kind: "inquiry", number }), PATIENCE).unref();
  }

  /** Lets what is under way in it finish. Before it is ready, nothing is, and it wouldn't hear. */
  drain(): void {
    if (this.#readySince === undefined) this.kill();
    else this.#tell({ kind: "drain" });
  }

  /** Its last batch of lines is written. */
  takeMore(): void {
    this.#tell({ kind: "written" });
  }

  kill(): void {
    this.#worker.process.kill("SIGKILL");
  }

  #hear(message: ToPrimary): void {
    switch (message.kind) {
      case "ready":
        this.#readySince = performance.now();
        return this.#events.onReady();
      case "received":
        clearTimeout(this.#inquiry);
        return this.#events.onReceived();
      case "missing":
        return this.#events.onMissing();
      case "draining":
        return this.#onDraining(message.requests);
      case "lines":
        return this.#events.onLines(message);
    }
  }

  /** One that is gone can't be told anything; that is seen by its end. */
  #tell(message: ToWorker, connection?: Socket): void {
    this.#worker.send(message, connection, { keepOpen: true }, () => undefined);
  }
}

/**
 * When its channel is closed, too: what it told last may be read after its exit. `disconnect` tells that but for a worker
 * that is killed before it has taken a connection, for which Node never emits it.
 */
function untilEnded(worker: Worker): Promise<string> {
  return new Promise((resolve) => {
    worker.on("error", (error) => resolve(`couldn't be started (${systemCode(error)})`));
    worker.process.once("close", (code, signal) => {
      resolve(signal ? `was killed by ${signal}` : `ended with exit code ${code}`);
    });
  });
}
