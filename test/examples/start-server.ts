import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { vi } from "vitest";
import { REPOSITORY } from "../docs/pages.ts";

/** Longer than it takes to start on a slow machine, where passwords are hashed. Milliseconds. */
const PATIENCE = { timeout: 30_000, interval: 20 };

/** An example that runs in a process of its own. */
export interface RunningServer {
  readonly port: number;
  /** All that it has written so far, to its standard output and its standard error. */
  readonly said: () => string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts an example from the repository's folder, and waits until it tells its port.
 *
 * @param telling matches what it says of its port, and captures that
 * @throws Error with what it said, where it doesn't start
 */
export async function startServer(
  [program = "", ...parameters]: readonly string[],
  settings: Readonly<Record<string, string>>,
  telling: RegExp,
): Promise<RunningServer> {
  const child = spawn(program, parameters, {
    cwd: REPOSITORY,
    env: { ...process.env, PORT: "0", ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text: Buffer) => (said += text.toString()));
  }
  const exited = once(child, "exit");
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
  };
  const ended = exited.then(() => Promise.reject(new Error(`The example (built?) has ended: ${said}`)));
  ended.catch(() => undefined);
  const readPort = (): number => {
    const port = telling.exec(said)?.[1];
    if (port === undefined) throw new Error(`The example tells no port: ${said}`);
    return Number(port);
  };
  try {
    const port = await Promise.race([vi.waitFor(readPort, PATIENCE), ended]);
    return { port, said: () => said, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
