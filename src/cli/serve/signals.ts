/** Each with the exit code that a shell shows for it. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Milliseconds. `npm start` hands on the Ctrl-C that the terminal has already sent to all: one press, told twice. */
const SAME_PRESS = 50;

/** The signals that stop the command. */
export type Stop = keyof typeof EXIT_CODES;

/** Resolves with the first SIGINT or SIGTERM. The second ends the process at once. */
export function signalled(): Promise<Stop> {
  return new Promise((resolve) => {
    let first: { readonly signal: Stop; readonly at: number } | undefined;
    const onSignal = (signal: Stop): void => {
      const at = performance.now();
      if (first === undefined) {
        first = { signal, at };
        resolve(signal);
      } else if (signal !== first.signal || at - first.at > SAME_PRESS) {
        process.exit(EXIT_CODES[signal]);
      }
    };
    process.on("SIGINT", () => onSignal("SIGINT"));
    process.on("SIGTERM", () => onSignal("SIGTERM"));
  });
}
