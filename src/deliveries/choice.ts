import type { Front } from "./front.ts";

/** How the contents of a policy leave, as the application has chosen. */
export type DeliveryChoice =
  | Front
  /** stet sends them itself, by the fastest way that is safe for any file. */
  | typeof stream
  /** The same, but for large ones: the system sends them from its own memory. */
  | typeof zeroCopy
  /** Each is read whole and leaves in one write. */
  | typeof simple;

/** stet sends the contents itself, by the fastest way that is safe for files that may be written over. The default. */
export const stream = { name: "stream" } as const;

/**
 * As `stream`, but large contents leave by `sendfile(2)`, where they can: the word of the application that its files are
 * never written over in place, as the option `neverOverwritten` is. See there.
 */
export const zeroCopy = { name: "zeroCopy" } as const;

/** Each content is read whole and leaves in one write: for development, and for what can't take a stream. */
export const simple = { name: "simple" } as const;

export function isFront(choice: DeliveryChoice): choice is Front {
  return "handOver" in choice;
}
