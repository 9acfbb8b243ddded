import mime from "mime";
import { mediaTypeBy } from "./media-type-by.ts";

/**
 * The media type of a file by its name; text is UTF-8. A name that tells nothing is `application/octet-stream`: together
 * with nosniff it is downloaded, never guessed at.
 */
export function mediaTypeOf(path: string): string {
  return mediaTypeBy(path, toType);
}

function toType(extension: string): string | undefined {
  return mime.getType(extension) ?? undefined;
}
