import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import type { TestContext } from "vitest";

/** Where commands are looked for: servers stand beside what a user's own PATH names. */
export const SEARCHED: string = [process.env["PATH"] ?? "", "/usr/sbin"].join(delimiter);

/**
 * A `beforeEach` hook: the tests need these commands, or what stands at these paths. Where one is missing they are skipped aloud, and where all must
 * be there (`CI=true`) they fail.
 */
export function requireClients(...commands: readonly string[]): (context: TestContext) => void {
  const missing = commands.filter((command) => !isInstalled(command));
  return (context) => {
    for (const command of missing) skipAloud(context, command);
  };
}

/** Skips the test that runs, for want of a client. @throws Error under CI=true */
export function skipAloud(context: TestContext, client: string): never {
  const reason = `${client} isn't installed: see scripts/install-clients.js`;
  if (process.env["CI"] === "true") throw new Error(reason);
  console.warn(`SKIPPED: ${context.task.name}: ${reason}`);
  return context.skip(reason);
}

function isInstalled(command: string): boolean {
  if (isAbsolute(command)) return isAccessible(command, constants.R_OK);
  return SEARCHED.split(delimiter).some((folder) => isAccessible(join(folder, command), constants.X_OK));
}

function isAccessible(file: string, mode: number): boolean {
  try {
    accessSync(file, mode);
    return true;
  } catch {
    return false;
  }
}
