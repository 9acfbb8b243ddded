import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { skipAloud } from "./skip-aloud.ts";

/** Where commands are looked for: servers stand beside what a user's own PATH names. */
export const SEARCHED: string = [process.env["PATH"] ?? "", "/usr/sbin"].join(delimiter);

/**
 * A `beforeEach` hook: the tests need these commands, or what stands at these paths. Where one is missing they are skipped
 * aloud, and where all must be there (`CI=true`) they fail.
 */
export function requireClients(...commands: readonly string[]): () => void {
  const missing = commands.filter((command) => findCommand(command) === undefined);
  return () => {
    for (const command of missing) skipAloud(`${command} isn't installed: see scripts/install-clients.js`);
  };
}

/** The path of a command, or of what stands at a path; undefined where it isn't installed. */
export function findCommand(command: string): string | undefined {
  if (isAbsolute(command)) return isAccessible(command, constants.R_OK) ? command : undefined;
  const paths = SEARCHED.split(delimiter).map((folder) => join(folder, command));
  return paths.find((path) => isAccessible(path, constants.X_OK));
}

function isAccessible(file: string, mode: number): boolean {
  try {
    accessSync(file, mode);
    return true;
  } catch {
    return false;
  }
}
