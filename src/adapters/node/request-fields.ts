import { JUDGED_FIELDS, type JudgedField, type RequestFields } from "../../http/request-fields.ts";

const JUDGED: ReadonlySet<string> = new Set(JUDGED_FIELDS);

/**
 * The judged fields of a raw list of names and values. Node's own `headers` object keeps only the first of two
 * If-Modified-Since lines, which would make a valid condition of an invalid one.
 */
export function toRequestFields(rawHeaders: readonly string[]): RequestFields {
  const fields: { [Name in JudgedField]?: string } = {};
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    if (!isJudged(name)) continue;
    const value = rawHeaders[index + 1] ?? "";
    const before = fields[name];
    fields[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return fields;
}

function isJudged(name: string): name is JudgedField {
  return JUDGED.has(name);
}
