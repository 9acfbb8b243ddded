import { accessSync, constants, type Stats, statSync } from "node:fs";
import { extname } from "node:path";
import { files, type Source } from "../../index.ts";
import { tar, zip } from "../../zip.ts";
import { systemCode, UsageError } from "../errors.ts";
import { describeFailure } from "./log.ts";

/** The archives that are served in place, by the ends of their names. */
const ARCHIVES: ReadonlyMap<string, typeof zip> = new Map([
  [".zip", zip],
  [".tar", tar],
]);

/**
 * What is served: the files of a folder, or of an archive.
 *
 * @throws UsageError where it isn't there, can't be read, or is neither
 */
export async function openRoot(
  dir: string,
  options: { readonly neverOverwritten: boolean; readonly entityTags: "modified" | "content" },
): Promise<Source> {
  const stats = lookAt(dir);
  if (stats === undefined) {
    throw new UsageError(
      `There is no folder ${show(dir)}.`,
      "Create it, or name one that exists: stet serve <dir>.",
    );
  }
  if (stats.isDirectory()) return files(dir, options);
  const archive = ARCHIVES.get(extname(dir).toLowerCase());
  if (archive === undefined) {
    throw new UsageError(
      `${show(dir)} is a file, not a folder.`,
      "Name the folder that it is in, or a .zip or .tar archive: stet serve <dir>.",
    );
  }
  return assertReadable(archive(dir, options), dir);
}

/** An archive that can't be read is told now, and not to the first client. */
async function assertReadable(source: Source, dir: string): Promise<Source> {
  try {
    await source.find("");
    return source;
  } catch (error) {
    throw new UsageError(
      `The archive ${show(dir)} can't be served: ${describeFailure(error)}`,
      "Make it anew, or name another: stet serve <dir>.",
    );
  }
}

/** @throws UsageError where the page of a single-page application is missing */
export async function assertPage(source: Source, page: string, dir: string): Promise<void> {
  if ((await source.find(page))?.kind === "file") return;
  throw new UsageError(
    `--spa needs the page ${show(page)}, but there is no such file in ${show(dir)}.`,
    "Build the application first, or name its page: stet serve <dir> --spa --index <name>.",
  );
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
