import { accessSync, constants, type Stats, statSync } from "node:fs";
import { systemCode, UsageError } from "../errors.ts";

/** @throws UsageError where the folder isn't there, is a file, or may not be read */
export function assertFolder(dir: string): void {
  const stats = lookAt(dir);
  if (stats === undefined) {
    throw new UsageError(
      `There is no folder ${show(dir)}.`,
      "Create it, or name one that exists: stet serve <dir>.",
    );
  }
  if (!stats.isDirectory()) {
    throw new UsageError(
      `${show(dir)} is a file, not a folder.`,
      "Name the folder that it is in: stet serve <dir>.",
    );
  }
}

function lookAt(dir: string): Stats | undefined {
  try {
    const stats = statSync(dir);
    if (stats.isDirectory()) accessSync(dir, constants.R_OK | constants.X_OK);
    return stats;
  } catch (error) {
    const code = systemCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new UsageError(
      `The folder ${show(dir)} can't be read (${code}).`,
      "Give yourself the right to read it, or name another: stet serve <dir>.",
    );
  }
}

function show(dir: string): string {
  return JSON.stringify(dir);
}
