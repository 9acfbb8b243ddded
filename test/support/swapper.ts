import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const SWAP = fileURLToPath(new URL("./swap-forever.js", import.meta.url));
const APPEND = fileURLToPath(new URL("./append-forever.js", import.meta.url));
const REPLACE = fileURLToPath(new URL("./replace-forever.js", import.meta.url));

/** A place, by its absolute path, and the two things that stand there by turns. */
export type Swap = readonly [place: string, a: string, b: string];

/**
 * Lets another process swap things as fast as it can while `meanwhile` runs. It is stopped wherever it stands: one of the
 * two may then be in the place, and not where it was before.
 */
export async function whileSwapping(swaps: readonly Swap[], meanwhile: () => Promise<void>): Promise<void> {
  await whileRunning([SWAP, ...swaps.flat()], meanwhile);
}

/**
 * Another process replaces the file at `place` by rename, as fast as it can, while `meanwhile` runs. Its content is
 * `version 1`, `version 2` and so on.
 */
export async function whileReplacing(place: string, meanwhile: () => Promise<void>): Promise<void> {
  await whileRunning([REPLACE, place, `${place}.new`], meanwhile);
}

/** Another process appends so many lines to the file at `path` each millisecond while `meanwhile` runs. */
export async function whileAppending(
  path: string,
  lines: number,
  meanwhile: () => Promise<void>,
): Promise<void> {
  await whileRunning([APPEND, path, String(lines)], meanwhile);
}

async function whileRunning(words: readonly string[], meanwhile: () => Promise<void>): Promise<void> {
  const child = spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit");
  try {
    await once(child.stdout, "data");
    await meanwhile();
    if (child.exitCode !== null) throw new Error("The swapping had ended before.");
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}
