import { lookup } from "mrmime";

/**
 * The media type of a file by its name; text is UTF-8. A name that tells nothing is `application/octet-stream`: together
 * with nosniff it is downloaded, never guessed at.
 */
export function mediaTypeOf(path: string): string {
  const type = lookup(path.slice(path.lastIndexOf("/") + 1)) ?? "application/octet-stream";
  return type.startsWith("text/") ? `${type}; charset=utf-8` : type;
}
