import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { skipAloud } from "./skip-aloud.ts";

/** Where commands are looked for: servers stand beside what a user's own PATH names. */
export const SEARCHED: string = [process.env["PATH"] ?? "", "/usr/sbin"].join(delimiter);

/**
 * A `beforeEach` hook: the tests need these commands. Where one is missing they are skipped aloud, and where all must
 * be there (`CI=true`) they fail.
 */
export function requireClients(...commands: readonly string[]): () => void {
  const missing = commands.filter((command) => findCommand(command) === undefined);
  return () => {
    for (const command of missing) skipAloud(`${command} isn't installed: see scripts/install-clients.js`);
  };
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
