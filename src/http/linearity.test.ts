import { describe, expect, it } from "vitest";
import { htmlPreference, prefersProblemJson } from "./accept.ts";
import { parseAcceptEncoding } from "./accept-encoding.ts";
import { formatContentDisposition } from "./content-disposition.ts";
import { parseEntityTag, parseEntityTagList } from "./entity-tag.ts";
import { splitFieldList } from "./field-list.ts";
import { parseHttpDate } from "./http-date.ts";
import { encodeLocation } from "./location.ts";
import { parseMediaType } from "./media-type.ts";
import { parseByteRanges } from "./ranges-specifier.ts";

// At this length a linear reader takes a few milliseconds, and a quadratic one some seconds.
const LENGTH = 100_000;
const LIMIT_MS = 1000;

type Reader = (text: string) => unknown;

const readers: readonly (readonly [name: string, read: Reader, prefixes: readonly string[]])[] = [
  ["prefersProblemJson", prefersProblemJson, ["", "a;", 'a;b="']],
  ["htmlPreference", htmlPreference, [""]],
  ["parseAcceptEncoding", parseAcceptEncoding, ["", "a;q=", '"']],
  ["parseEntityTag", parseEntityTag, ["", '"', 'W/"']],
  ["parseEntityTagList", parseEntityTagList, ["", '"', 'W/"', '"a"']],
  ["parseByteRanges", parseByteRanges, ["", "bytes=", "bytes=0-"]],
  ["parseMediaType", parseMediaType, ["", "a/", "a/b;", 'a/b;c="']],
  ["splitFieldList", splitFieldList, ["", '"']],
  ["parseHttpDate", (text) => parseHttpDate(text, 0), ["", "Sun, "]],
  [
    "encodeLocation",
    (text) => encodeLocation(text, { allowedHosts: "any" }),
    ["", "/", "http://", "http://a:"],
  ],
  ["formatContentDisposition", (text) => formatContentDisposition("attachment", text), ["", "."]],
];

const UNITS =
  `a 0 \t , ; " "a "a" "a", W/" \\ \\" - 0- 0-0, = a= q= ;q=0 . / : % %41 '' UTF-8''% é \ud800 // [:`
    .split(" ")
    .concat(" ", " ,", "\n");

describe.each(readers)("%s", (_, read, prefixes) => {
  it.each(prefixes)("reads whatever follows %j in linear time", (prefix) => {
    for (const unit of UNITS) {
      for (const end of ["", "!"]) {
        const text = prefix + unit.repeat(LENGTH / unit.length) + end;
        expect(
          elapsed(() => read(text)),
          `${prefix}${unit}…${end}`,
        ).toBeLessThan(LIMIT_MS);
      }
    }
  });
});

/** In ms of the processor's time, which others on the machine don't take. A refusal takes its time too. */
function elapsed(read: () => unknown): number {
  const start = process.cpuUsage();
  try {
    read();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
