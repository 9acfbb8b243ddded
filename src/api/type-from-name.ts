import { isToken } from "../http/field-syntax.ts";
import { parseMediaType } from "../http/media-type.ts";
import type { TypeFromName } from "../serve/file-policy.ts";
import { isRecord, show } from "../sources/check-arguments.ts";
import type { StetOptions } from "./options.ts";

/**
 * The Content-Type of files whose name alone tells it, by the options `types` and `charset`; undefined where neither is given.
 *
 * @throws TypeError for an option that means nothing, saying what to write instead
 */
export function toTypeFromName({ types, charset }: StetOptions): TypeFromName | undefined {
  if (types === undefined && charset === undefined) return undefined;
  assertCharset(charset);
  const byExtension = toMap(types === undefined ? {} : types);
  return (path, mediaType) => {
    const type = findByExtension(path, byExtension) ?? mediaType?.replace(UTF_8, "");
    return type && withCharset(type, charset ?? "utf-8");
  };
}

/** What every source says of a text whose type it has found by its name. */
const UTF_8 = /; charset=utf-8$/;

function withCharset(type: string, charset: string | false): string {
  const isComplete = charset === false || !/^text\//i.test(type) || /;\s*charset\s*=/i.test(type);
  return isComplete ? type : `${type}; charset=${charset}`;
}

/** The longest extension counts: `.d.ts` before `.ts`. */
function findByExtension(path: string, types: ReadonlyMap<string, string>): string | undefined {
  if (types.size === 0) return undefined;
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  for (let dot = name.indexOf("."); dot !== -1; dot = name.indexOf(".", dot + 1)) {
    const type = types.get(name.slice(dot));
    if (type !== undefined) return type;
  }
  return undefined;
}

function toMap(types: unknown): ReadonlyMap<string, string> {
  if (!isRecord(types)) {
    throw new TypeError(
      `The option "types" is an object such as { ".foo": "text/x-foo" }, not ${show(types)}.`,
    );
  }
  return new Map(Object.entries(types).map(([extension, type]) => [toExtension(extension), toType(type)]));
}

function toExtension(extension: string): string {
  if (/^\.[^/\\]*[^/\\.]$/.test(extension)) return extension.toLowerCase();
  throw new TypeError(
    `The option "types" names extensions with their dot, such as ".foo", not ${show(extension)}.`,
  );
}

function toType(type: unknown): string {
  if (typeof type === "string" && /^[\t\x20-\x7e]+$/.test(type) && parseMediaType(type) !== undefined)
    return type;
  throw new TypeError(`The option "types" gives media types such as "text/x-foo", not ${show(type)}.`);
}

function assertCharset(charset: unknown): void {
  if (charset === undefined || charset === false) return;
  if (typeof charset === "string" && isToken(charset)) return;
  throw new TypeError(
    `The option "charset" is a charset such as "iso-8859-1", or false for none, not ${show(charset)}.`,
  );
}
