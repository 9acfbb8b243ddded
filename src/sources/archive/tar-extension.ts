import { parsePaxRecords } from "./pax-records.ts";
import { type TarHeader, untilZero } from "./tar-header.ts";

/** What stands before a header and overrules what that tells. */
export interface TarExtension extends Partial<Omit<TarHeader, "type">> {
  /** The zeros of the file are left out of its content. */
  readonly isSparse?: boolean;
}

/** Whether a header's content is an extension for the next one, or for all: of GNU's two, of pax's two. */
export function isExtension(type: string): boolean {
  return type === "L" || type === "K" || type === "x" || type === "g";
}

/** @throws Error for one that can't be read, or that says of all files what only one can have */
export function parseTarExtension(type: string, content: Uint8Array): TarExtension {
  if (type === "L") return { name: untilZero(content) };
  if (type === "K") return { linkName: untilZero(content) };
  const records = parsePaxRecords(content);
  if (type === "x") return toExtension(records);
  const shared = ["path", "linkpath", "size"].find((keyword) => records.has(keyword));
  if (shared === undefined) return {};
  throw new Error(`A global header gives all files one ${shared}.`);
}

function toExtension(records: ReadonlyMap<string, Uint8Array>): TarExtension {
  const name = records.get("GNU.sparse.name") ?? records.get("path");
  const linkName = records.get("linkpath");
  const length = sizeOf(records.get("size"));
  const modified = timeOf(records.get("mtime"));
  return {
    ...(name && { name }),
    ...(linkName && { linkName }),
    ...(length !== undefined && { length }),
    ...(modified !== undefined && { modified }),
    ...([...records.keys()].some((keyword) => keyword.startsWith("GNU.sparse.")) && { isSparse: true }),
  };
}

/** @throws Error for what is not a whole number: it becomes a Content-Length, and tells where the next header is */
function sizeOf(value: Uint8Array | undefined): number | undefined {
  return numberOf("size", value, /^[0-9]+$/, Number.isSafeInteger);
}

/** Seconds, and decimal fractions of one. */
function timeOf(value: Uint8Array | undefined): number | undefined {
  return numberOf("time", value, /^-?[0-9]+(?:\.[0-9]*)?$/, Number.isFinite);
}

function numberOf(
  kind: string,
  value: Uint8Array | undefined,
  form: RegExp,
  isUsable: (number: number) => boolean,
): number | undefined {
  if (value === undefined) return undefined;
  const text = Buffer.from(value).toString("latin1");
  const number = form.test(text) ? Number(text) : Number.NaN;
  if (isUsable(number)) return number;
  throw new Error(`An extended header has a ${kind} that is not a number.`);
}
