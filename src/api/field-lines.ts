import type { FieldLine } from "../http/request-fields.ts";
import { isRecord, show } from "../sources/check-arguments.ts";
import type { HeaderMap } from "./options.ts";

/** What stet decides for each answer, and what the connection owns. */
const OWN_FIELDS: ReadonlyMap<string, string> = new Map([
  ["accept-ranges", "stet tells it by itself"],
  ["connection", "the server tells it by itself"],
  ["content-encoding", "put a precompressed sibling beside the file"],
  ["content-length", "stet tells it by itself"],
  ["content-range", "stet tells it by itself"],
  ["content-type", "use the option `type`"],
  ["date", "stet tells it by itself"],
  ["etag", "stet tells it by itself"],
  ["last-modified", "stet tells it by itself"],
  ["transfer-encoding", "the server tells it by itself"],
]);

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The fields of a map. @throws TypeError for one that stet decides, or that can't be sent */
export function toFieldLines(headers: HeaderMap): readonly FieldLine[] {
  if (!isRecord(headers)) {
    throw new TypeError(
      `The option "headers" is an object such as { "X-Name": "value" }, or a function that gives one, not ${show(headers)}: write Object.fromEntries(…) of a Map or Headers.`,
    );
  }
  return Object.entries(headers).map(([name, value]) => {
    const instead = OWN_FIELDS.get(name.toLowerCase());
    if (instead !== undefined)
      throw new TypeError(`The field ${name} can't be set by \`headers\`: ${instead}.`);
    if (!TOKEN.test(name)) throw new TypeError(`${JSON.stringify(name)} is no field name.`);
    assertFieldValue(name, value);
    return [name, value];
  });
}

/** @throws TypeError for what can't be said in Cache-Control: an empty field would say nothing, `false` says so */
export function assertCacheControl(value: unknown): asserts value is string {
  if (typeof value !== "string" || value.trim() === "") {
    throw new TypeError(
      `The option "cacheControl" is a field such as "max-age=60", or false for none, not ${show(value)}.`,
    );
  }
  assertFieldValue("cacheControl", value);
}

function assertFieldValue(name: string, value: unknown): void {
  if (typeof value === "string" && FIELD_VALUE.test(value)) return;
  throw new TypeError(`${name} can't be ${show(value)}: use printable text on one line.`);
}
