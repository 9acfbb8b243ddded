import type { WriteStream } from "node:tty";

/** Writes one line; a reader that has gone away (`stet serve | head -1`) isn't waited for. */
export function writeLine(stream: WriteStream, line: string): void {
  stream.write(`${line}\n`);
}

/** A log that nobody can read any more is no reason to stop serving, and none for a stack trace. */
export function surviveClosedOutput(): void {
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
}
