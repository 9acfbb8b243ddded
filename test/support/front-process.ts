import { vi } from "vitest";
import { start } from "./clients-run.ts";
import { knock } from "./free-port.ts";

/** A server of another's, on the loopback. */
export interface RunningFront {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** Longer than any file of tests takes; whoever started it ends it before. Milliseconds. */
const LIFETIME = 600_000;

/**
 * Starts a server that stays in the foreground, and waits until it answers.
 *
 * @param port at which it is to listen
 * @param clear removes what was made for it
 * @throws Error with what it said, where it doesn't
 */
export async function startFront(
  command: string,
  operands: readonly string[],
  port: number,
  clear: () => Promise<void>,
): Promise<RunningFront> {
  const { child, finished } = start(command, operands, { lifetime: LIFETIME });
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await finished.finally(clear);
  };
  const ended = finished.then(({ stderr }) => {
    throw new Error(`${command} ended at once: ${stderr}`);
  });
  try {
    await Promise.race([vi.waitFor(() => knock(port), { timeout: 30_000, interval: 20 }), ended]);
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
  ended.catch(() => undefined);
  return { port, stop };
}
