import type { FileResource, Source } from "../sources/source.ts";
import { encodePath } from "../target/encode-path.ts";
import { parseTarget, type ParsedTarget } from "../target/parse-target.ts";
import { outsideRoot, toRelativePath } from "./chosen-path.ts";
import { findServed } from "./find-served.ts";
import type { Policy } from "./policy.ts";

/** A file that the application chose. */
export interface ChosenFile {
  /** Below the root. */
  readonly path: string;
  readonly resource: FileResource;
}

/**
 * Finds the file of a path that the application chose. One that begins with a slash is relative to the root; where there is
 * no such file, it may be an absolute path of the file system.
 *
 * @returns undefined where there is no such file, or the policy serves none of its name
 * @throws ChosenPathError for what can be no path of a file below the root
 */
export async function findChosen(
  path: string,
  source: Source,
  policy: Policy,
): Promise<ChosenFile | undefined> {
  const { windows } = policy.target;
  const found = await findAt(toRelativePath(path, windows), source, policy);
  if (found !== undefined || policy.absolutePaths === undefined) return found;
  const below = await policy.absolutePaths.below(path);
  if (below !== undefined) return findAt(below, source, policy);
  if (await policy.absolutePaths.isOutside(path)) throw outsideRoot(path);
  return undefined;
}

/** A path below the root as the target that would lead to it. */
export function toChosenTarget(path: string, policy: Policy): ParsedTarget {
  return parseTarget(`/${encodePath(path)}`, { ...policy.target, prefix: "" });
}

async function findAt(path: string, source: Source, policy: Policy): Promise<ChosenFile | undefined> {
  // With a slash at its end it names a folder, and only a file is sent.
  if (path.endsWith("/")) return undefined;
  const target = toChosenTarget(path, policy);
  if (target.kind !== "path") return undefined;
  const resource = await findServed(target.path, source, policy.target);
  return resource?.kind === "file" ? { path: target.path, resource } : undefined;
}
