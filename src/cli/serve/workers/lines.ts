import type { LineWriter } from "../../output.ts";
import type { LogOutput } from "../log.ts";
import type { Batch } from "./messages.ts";

/** Characters that are kept until they can be sent: a second of a busy site. */
const MOST = 1 << 20;

/**
 * The log of a worker: lines on their way to the primary, as many in one message as have come since the last one was
 * written.
 *
 * Where they can't be written, because nobody reads the log, later ones are lost and counted: a log must neither stop a
 * server nor grow without bound in its memory.
 */
export class Lines implements LogOutput {
  readonly stdout: LineWriter = { write: (text) => this.#add("stdout", text) };
  readonly stderr: LineWriter = { write: (text) => this.#add("stderr", text) };
  readonly #sendBatch: (batch: Batch) => void;
  readonly #kept = { stdout: "", stderr: "", lost: 0 };
  /** From the first line of a batch until that batch is written. */
  #isSending = false;
  #onAllWritten: () => void = () => undefined;

  constructor(sendBatch: (batch: Batch) => void) {
    this.#sendBatch = sendBatch;
  }

  /** The last batch is written. */
  written(): void {
    const { stdout, stderr, lost } = this.#kept;
    this.#isSending = false;
    if (stdout !== "" || stderr !== "" || lost > 0) this.#sendSoon();
    else this.#onAllWritten();
  }

  /** Resolves when all lines are written. */
  allWritten(): Promise<void> {
    return new Promise((resolve) => {
      this.#onAllWritten = resolve;
      if (!this.#isSending) resolve();
    });
  }

  #add(stream: "stdout" | "stderr", text: string): void {
    const { stdout, stderr } = this.#kept;
    if (stdout.length + stderr.length + text.length > MOST) this.#kept.lost++;
    else this.#kept[stream] += text;
    if (!this.#isSending) this.#sendSoon();
  }

  /** At the end of this turn of the event loop, so that the lines of all its requests are one message. */
  #sendSoon(): void {
    this.#isSending = true;
    setImmediate(() => this.#send());
  }

  #send(): void {
    const batch = { ...this.#kept };
    Object.assign(this.#kept, { stdout: "", stderr: "", lost: 0 });
    this.#sendBatch(batch);
  }
}
