/** Each with the exit code that a shell shows for it. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Milliseconds. `npm start` hands on the Ctrl-C that the terminal has already sent to all: one press, told twice. */
const SAME_PRESS = 50;

/** Resolves with the first SIGINT or SIGTERM. The second ends the process at once. */
export function signalled(): Promise<void> {
  return new Promise((resolve) => {
    let first: { readonly signal: NodeJS.Signals; readonly at: number } | undefined;
    const onSignal = (signal: keyof typeof EXIT_CODES): void => {
      const at = performance.now();
      if (first === undefined) {
        first = { signal, at };
        resolve();
      } else if (signal !== first.signal || at - first.at > SAME_PRESS) {
        process.exit(EXIT_CODES[signal]);
      }
    };
    process.on("SIGINT", () => onSignal("SIGINT"));
    process.on("SIGTERM", () => onSignal("SIGTERM"));
  });
}
