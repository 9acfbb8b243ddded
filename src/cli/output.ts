/** Where lines go: a stream of the process, or something that hands them on. */
export interface LineWriter {
  /** @param text whole lines, each with its line break */
  write(text: string): unknown;
}

/** Writes one line; a reader that has gone away (`stet serve | head -1`) isn't waited for. */
export function writeLine(writer: LineWriter, line: string): void {
  writer.write(`${line}\n`);
}

/** A log that nobody can read any more is no reason to stop serving, and none for a stack trace. */
export function surviveClosedOutput(): void {
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
}
