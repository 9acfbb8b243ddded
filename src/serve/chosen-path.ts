import { show } from "../sources/check-arguments.ts";
import { segmentMalformation } from "../target/segment-policy.ts";

/** A path that can't be one of a file below the root. */
export class ChosenPathError extends TypeError {
  override readonly name = "TypeError";
}

const BELOW = 'write a path below the root, such as "reports/2026.pdf"';
const OTHER_FOLDER = "For a file of another folder, make a stet() of that folder.";

/**
 * The path of a file that the application chose, relative to the root: `a.txt` of `/a.txt` and of `./a.txt`.
 *
 * @param windows whether the system's separator is a backslash
 * @throws ChosenPathError for what can't be the path of a file below the root
 */
export function toRelativePath(path: string, windows: boolean): string {
  if (path === "") throw new ChosenPathError(`The path of the file to send is empty: ${BELOW}.`);
  const portable = windows ? path.replaceAll("\\", "/") : path;
  const relative = portable.replace(/^(?:\.\/)+|^\//, "");
  const malformation = firstMalformation(relative);
  if (malformation === undefined) return relative;
  const advice = malformation === "a dot segment" ? OTHER_FOLDER : "It isn't percent-encoded.";
  throw new ChosenPathError(`The path ${show(path)} holds ${malformation}: ${BELOW}. ${advice}`);
}

/** Nothing, and a slash at the end, are of folders: these are no files, but their paths are well formed. */
function firstMalformation(relative: string): string | undefined {
  const segments = relative.replace(/\/$/, "").split("/");
  if (segments.length === 1 && segments[0] === "") return undefined;
  return segments.map(segmentMalformation).find((malformation) => malformation !== undefined);
}

/** @returns what is thrown for an absolute path that leads out of the root */
export function outsideRoot(path: string): ChosenPathError {
  return new ChosenPathError(`The path ${show(path)} is outside of the root: ${BELOW}. ${OTHER_FOLDER}`);
}
