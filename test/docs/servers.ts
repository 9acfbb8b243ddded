import { type Finished, type RunOptions, type Running, start } from "../support/clients-run.ts";

/** Longer than a server takes to start on a slow machine. Milliseconds. */
export const PATIENCE = { timeout: 30_000, interval: 20 } as const;

interface Started {
  readonly place: string;
  readonly running: Running;
}

/** The servers that a snippet has started. */
export class Servers {
  readonly #started: Started[] = [];

  /**
   * Starts one.
   *
   * @param place where it is written
   * @param ready resolves when it can be asked; it is given what the server has written so far
   * @throws Error where it ends before
   */
  async start<T>(
    place: string,
    [command = "", ...operands]: readonly string[],
    options: RunOptions,
    ready: (written: () => string) => Promise<T>,
  ): Promise<T> {
    const running = start(command, operands, options);
    this.#started.push({ place, running });
    let written = "";
    running.child.stdout?.on("data", (text: string) => (written += text));
    const ended = running.finished.then((finished) => {
      throw new Error(`${place}: the server ended at once: ${finished.stderr}`);
    });
    return Promise.race([ready(() => written), ended]);
  }

  /** Ends all of them. @throws Error where one has complained */
  async stop(): Promise<void> {
    const started = this.#started.splice(0);
    const finished = await Promise.all(started.map(({ running }) => end(running)));
    for (const [index, { stderr }] of finished.entries()) {
      if (stderr !== "") throw new Error(`${started[index]?.place}: the server complained: ${stderr}`);
    }
  }
}

function end({ child, finished }: Running): Promise<Finished> {
  child.kill("SIGTERM");
  return finished;
}
