import { SourceError } from "./source.ts";

/**
 * The result of a look that nobody asked for by name; undefined where this process may not look. What stands beside a
 * file, or in a folder, then isn't offered, and denies nobody the rest.
 */
export async function unlessForbidden<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof SourceError && error.code === "forbidden") return undefined;
    throw error;
  }
}
