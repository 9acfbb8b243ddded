import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { TestContext } from "vitest";

/** Where commands are looked for: servers stand beside what a user's own PATH names. */
export const SEARCHED: string = [process.env["PATH"] ?? "", "/usr/sbin"].join(delimiter);

/**
 * A `beforeEach` hook: the tests need these commands. Where one is missing they are skipped aloud, and where all must
 * be there (`CI=true`) they fail.
 */
export function requireClients(...commands: readonly string[]): (context: TestContext) => void {
  const missing = commands.filter((command) => findCommand(command) === undefined);
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

/** The path of a command; undefined where it isn't installed. */
export function findCommand(command: string): string | undefined {
  const paths = SEARCHED.split(delimiter).map((folder) => join(folder, command));
  return paths.find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
