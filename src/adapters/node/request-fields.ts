import { JUDGED_FIELDS, type JudgedField, type RequestFields } from "../../http/request-fields.ts";

const JUDGED: ReadonlySet<string> = new Set(JUDGED_FIELDS);

/** Most of what a browser sends has a name of another length, which costs less to see than the name in lower case. */
const LENGTHS: ReadonlySet<number> = new Set(JUDGED_FIELDS.map((name) => name.length));

/**
 * The judged fields of a raw list of names and values. Node's own `headers` object keeps only the first of two
 * If-Modified-Since lines, which would make a valid condition of an invalid one.
 */
export function toRequestFields(rawHeaders: readonly string[]): RequestFields {
  const fields: { [Name in JudgedField]?: string } = {};
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const sent = rawHeaders[index] ?? "";
    if (!LENGTHS.has(sent.length)) continue;
    const name = sent.toLowerCase();
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
