import { formatExtendedValue, parseExtendedValue } from "./extended-value.ts";
import {
  isToken,
  parseParameter,
  quote,
  splitOutsideQuotes,
  trimOptionalWhitespace,
} from "./field-syntax.ts";
import { asciiFilename, safeFilename } from "./filename.ts";

/** Whether a client is to show a content, or to save it. */
export type DispositionType = "inline" | "attachment";

/** What a Content-Disposition field says. Type and names are lower-cased. */
export interface ContentDisposition {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

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

/**
 * The value of a Content-Disposition field, or undefined where it is malformed or names a parameter twice.
 * An extended parameter (`filename*`) takes the place of the plain one; one that can't be decoded is as if it
 * weren't there.
 *
 * A name that somebody sent may hold a path: {@link safeFilename} before it comes near a disk.
 *
 * @see RFC 6266 §4.1, §4.3
 */
export function parseContentDisposition(text: string): ContentDisposition | undefined {
  const [first = "", ...rest] = splitOutsideQuotes(text, ";").map((part) => trimOptionalWhitespace(part));
  if (!isToken(first)) return undefined;

  const written = new Map<string, string>();
  for (const part of rest) {
    if (part === "") continue;
    const parameter = parseParameter(part);
    if (parameter === undefined || written.has(parameter[0])) return undefined;
    written.set(...parameter);
  }
  return { type: first.toLowerCase(), parameters: resolveExtended(written) };
}

function resolveExtended(written: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const plain = new Map<string, string>();
  const extended = new Map<string, string>();
  for (const [name, value] of written) {
    if (!name.endsWith("*")) {
      plain.set(name, value);
      continue;
    }
    const decoded = parseExtendedValue(value);
    if (decoded !== undefined) extended.set(name.slice(0, -1), decoded);
  }
  return new Map([...plain, ...extended]);
}
