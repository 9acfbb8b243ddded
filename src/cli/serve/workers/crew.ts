import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { WriteStream } from "node:tty";
import { GRACE, waitingMessage } from "../drain.ts";
import type { Log } from "../log.ts";
import type { Stop } from "../signals.ts";
import type { Handover } from "./handover.ts";
import type { Batch } from "./messages.ts";
import { Restarts } from "./restarts.ts";
import { WorkerProcess } from "./worker-process.ts";

/** Milliseconds that a worker has for its end, once it has cut what was still under way. */
const END = 2_000;

/** The workers. One that ends is replaced. */
export class Crew {
  /** Resolves when all of them serve. */
  readonly serving: Promise<void>;
  /** Resolves when there is no use in starting more. */
  readonly failed: Promise<Error>;
  readonly #handover: Handover<Socket>;
  readonly #log: Log;
  readonly #workers = new Set<WorkerProcess>();
  /** The places whose workers have yet to serve for the first time. */
  readonly #awaited = new Set<Restarts>();
  #isDraining = false;
  #onServing: () => void = () => undefined;
  #onFailed: (error: Error) => void = () => undefined;

  constructor(count: number, handover: Handover<Socket>, log: Log) {
    this.#handover = handover;
    this.#log = log;
    this.serving = new Promise((resolve) => (this.#onServing = resolve));
    this.failed = new Promise((resolve) => (this.#onFailed = resolve));
    for (let place = 0; place < count; place++) this.#awaited.add(new Restarts());
    for (const place of this.#awaited) this.#fill(place);
  }

  /** Lets what is under way in each of them finish, and says so. Resolves when all are gone. */
  async drain(stop: Stop | undefined): Promise<void> {
    this.#isDraining = true;
    for (const worker of this.#workers) worker.drain();
    void this.#sayWaiting(stop);
    const gone = Promise.all([...this.#workers].map(({ ended }) => ended));
    await Promise.race([gone, delay(GRACE + END, undefined, { ref: false })]);
    for (const worker of this.#workers) worker.kill();
    await gone;
  }

  async #sayWaiting(stop: Stop | undefined): Promise<void> {
    const requests = await Promise.all([...this.#workers].map(({ draining }) => draining));
    const sum = requests.reduce((total, each) => total + each, 0);
    if (sum > 0) this.#log.notice(waitingMessage(sum, stop));
  }

  #fill(place: Restarts): void {
    if (this.#isDraining) return;
    const worker = new WorkerProcess({
      onReady: () => this.#join(worker, place),
      onReceived: () => this.#handover.received(worker),
      onMissing: () => this.#passBy(worker),
      onLines: (batch) => this.#write(worker, batch),
    });
    this.#workers.add(worker);
    void worker.ended.then((how) => this.#replace(worker, how, place));
  }

  #join(worker: WorkerProcess, place: Restarts): void {
    this.#handover.join(worker);
    const isLast = this.#awaited.delete(place) && this.#awaited.size === 0;
    if (isLast && !this.#isDraining) this.#onServing();
  }

  #passBy(worker: WorkerProcess): void {
    this.#log.failed(new Error(`${worker.name} can't take a connection (EMFILE), another one may`));
    this.#handover.missed(worker);
  }

  #write(worker: WorkerProcess, { stdout, stderr, lost }: Batch): void {
    if (lost > 0)
      this.#log.notice(`${lost} lines of ${worker.name} are lost, for want of a reader of the log`);
    write(process.stdout, stdout, () => write(process.stderr, stderr, () => worker.takeMore()));
  }

  #replace(worker: WorkerProcess, how: string, place: Restarts): void {
    this.#workers.delete(worker);
    this.#handover.leave(worker);
    if (this.#isDraining) return;
    const restart = place.after(worker.served);
    if ("problem" in restart) {
      this.#onFailed(new Error(`${restart.problem}, the last: ${worker.name} ${how}`));
      return;
    }
    const { pause } = restart;
    const when = pause === 0 ? "" : ` in ${pause / 1000} s`;
    this.#log.notice(`${worker.name} ${how}, another takes its place${when}`);
    setTimeout(() => this.#fill(place), pause).unref();
  }
}

/** Writes text, if there is any, and tells when that is done, or when nobody reads it any more. */
function write(stream: WriteStream, text: string, onWritten: () => void): void {
  if (text === "") onWritten();
  else stream.write(text, () => onWritten());
}
