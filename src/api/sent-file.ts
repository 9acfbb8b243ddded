import { type GivenContent, toGivenFile } from "../sources/given/given-content.ts";
import { type OpenFileHandle, toHandleFile } from "../sources/given/open-handle.ts";
import type { GivenFile } from "../sources/given/given-file.ts";
import { isRecord } from "../sources/check-arguments.ts";
import { mediaTypeOf } from "../sources/media-type.ts";

/**
 * A content at hand as a file, for one answer.
 *
 * @param name tells its Content-Type, where the content doesn't
 * @throws TypeError for what is no content
 */
export function toSentFile(content: GivenContent | OpenFileHandle, name: string): GivenFile {
  const usualType = mediaTypeOf(name);
  return isFileHandle(content) ? toHandleFile(content, usualType) : toGivenFile(content, usualType);
}

function isFileHandle(content: unknown): content is OpenFileHandle {
  return isRecord(content) && typeof content["fd"] === "number" && typeof content["stat"] === "function";
}
