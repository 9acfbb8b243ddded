import type { Channel } from "node:diagnostics_channel";

/** The name under which whoever watches the process is told what the application is told by `onDelivered`. */
const NAME = "stet:delivered";

/**
 * Node, Bun and Deno have channels. It is asked for while the process runs, and not imported: a runtime without it, or a
 * bundle for one, then has no channel, and nothing fails.
 */
export const channel: Channel | undefined = globalThis.process
  ?.getBuiltinModule?.("node:diagnostics_channel")
  ?.channel(NAME);
