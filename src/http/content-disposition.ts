import { formatExtendedValue } from "./extended-value.ts";
import { quote } from "./field-syntax.ts";
import { asciiFilename, safeFilename } from "./filename.ts";

/** Whether a client is to show a content, or to save it. */
export type DispositionType = "inline" | "attachment";

/**
 * The value of a Content-Disposition field, in ASCII. Of a path only the last segment becomes the file's
 * name, without control characters and other deceptive ones.
 *
 * Where the name isn't plain ASCII, `filename` approximates it for old readers, and `filename*` gives it.
 *
 * @see RFC 6266 §4.1, Appendix D; RFC 8187
 */
export function formatContentDisposition(type: DispositionType, filename?: string): string {
  if (filename === undefined) return type;
  const name = safeFilename(filename);
  const ascii = asciiFilename(name);
  const extended = ascii === name ? "" : `; filename*=${formatExtendedValue(name)}`;
  return `${type}; filename=${quote(ascii)}${extended}`;
}
