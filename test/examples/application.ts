import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import type { Folder } from "../support/folder.ts";

const SERVER = fileURLToPath(new URL("../../examples/documents/server.js", import.meta.url));

/** Longer than it takes to start on a slow machine, where passwords are hashed. Milliseconds. */
const PATIENCE = { timeout: 30_000, interval: 20 };

/** The documents example, as `npm start` runs it. */
export interface Application {
  readonly port: number;
  /** All that it has written so far, to its standard output and its standard error. */
  readonly said: () => string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts it.
 *
 * @param data the folder in which it keeps all
 * @throws Error with what it said, where it doesn't start
 */
export async function startApplication(
  data: Folder,
  settings: Readonly<Record<string, string>>,
): Promise<Application> {
  const child = spawn(process.execPath, [SERVER], {
    env: { ...process.env, PORT: "0", DATA: data.path, ...settings },
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
  const ended = exited.then(() => Promise.reject(new Error(`The application (built?) has ended: ${said}`)));
  ended.catch(() => undefined);
  try {
    const port = await Promise.race([vi.waitFor(() => readPort(said), PATIENCE), ended]);
    return { port, said: () => said, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function readPort(said: string): number {
  const port = /^documents: http:\/\/127\.0\.0\.1:(\d+)\/$/m.exec(said)?.[1];
  if (port === undefined) throw new Error(`The application said: ${said}`);
  return Number(port);
}
