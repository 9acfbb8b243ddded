import { formatContentRange, formatUnsatisfiedRange } from "../http/content-range.ts";
import { formatEntityTag } from "../http/entity-tag.ts";
import { formatHttpDate } from "../http/http-date.ts";
import type { RangeCondition } from "../http/preconditions.ts";
import type { FieldLine } from "../http/request-fields.ts";
import type { Decision } from "./decide.ts";
import { multipartLength, rangeLength } from "./multipart.ts";
import type { ByteRange, Representation } from "./representation.ts";

/** A status and the fields that go with it, in order. */
export interface ResponseHead {
  readonly status: number;
  readonly fields: readonly FieldLine[];
}

/** The representation that was chosen, with all that its 200 says beside what the bytes themselves tell. */
export interface SelectedRepresentation extends Representation {
  /** Cache-Control, Content-Disposition, Vary, CORS and the like: what the policy adds to the 200. */
  readonly fields: readonly FieldLine[];
}

export interface HeadContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What the range rests on, where there is an If-Range: the client then holds the other fields already. */
  readonly ifRange: RangeCondition["kind"] | undefined;
  /** The boundary of a multipart/byteranges content, `BOUNDARY_LENGTH` characters. */
  readonly boundary: string;
}

type Answer = Decision["kind"] | "partial-if-range" | "partial-if-range-date";
type FieldKind = "always" | "caching" | "entity-tag" | "date" | "content" | "disposition" | "ranges";

/**
 * The one table: which answers carry which fields of the 200. Everything that isn't named in `FIELD_KINDS` (CORS,
 * security, the application's own) is carried by all: a 412 without its CORS fields is unreadable to a script.
 *
 * @see RFC 9110 §15.3.7 (206), §15.4.5 (304), §15.5.13 (412), §15.5.17 (416)
 */
const CARRIED: Readonly<Record<FieldKind, readonly Answer[]>> = {
  always: [
    "full",
    "partial",
    "partial-if-range",
    "partial-if-range-date",
    "not-modified",
    "precondition-failed",
    "range-not-satisfiable",
  ],
  caching: ["full", "partial", "partial-if-range", "partial-if-range-date", "not-modified"],
  "entity-tag": ["full", "partial", "partial-if-range", "partial-if-range-date", "not-modified"],
  // Chromium names a resumed download by the newest answer: without this one the name is lost.
  disposition: ["full", "partial", "partial-if-range", "partial-if-range-date"],
  // apt keeps the date as its only validator, and of the newest answer: without it, its next resumption starts over.
  date: ["full", "partial", "partial-if-range-date"],
  content: ["full", "partial"],
  ranges: ["full", "partial", "partial-if-range", "partial-if-range-date", "range-not-satisfiable"],
};

const FIELD_KINDS: ReadonlyMap<string, FieldKind> = new Map([
  ["accept-ranges", "ranges"],
  ["cache-control", "caching"],
  ["content-disposition", "disposition"],
  ["content-encoding", "content"],
  ["content-language", "content"],
  ["content-location", "caching"],
  ["content-type", "content"],
  ["etag", "entity-tag"],
  ["expires", "caching"],
  ["last-modified", "date"],
  ["repr-digest", "content"],
]);

const STATUS: Readonly<Record<Decision["kind"], number>> = {
  full: 200,
  partial: 206,
  "not-modified": 304,
  "precondition-failed": 412,
  "range-not-satisfiable": 416,
};

/**
 * The head that tells a decision. The fields of 206, 304, 412 and 416 follow from the 200's by rule, never by hand.
 * A 412 and a 416 have no content here: whoever sends them adds the explanation and its length.
 */
export function toResponseHead(
  decision: Decision,
  selected: SelectedRepresentation,
  context: HeadContext,
): ResponseHead {
  const answer = toAnswer(decision, context);
  // Several parts have a type of their own around them, and each names the representation's inside.
  const enveloped = decision.kind === "partial" && decision.ranges.length > 1;
  const whole = fieldsOfTheWhole(enveloped ? { ...selected, mediaType: undefined } : selected, context.now);
  const fields = whole.filter(([name]) => carries(answer, name, selected));
  return { status: STATUS[decision.kind], fields: [...fields, ...ownFields(decision, selected, context)] };
}

function toAnswer(decision: Decision, { ifRange }: HeadContext): Answer {
  if (decision.kind !== "partial" || ifRange === undefined) return decision.kind;
  return ifRange === "date" ? "partial-if-range-date" : "partial-if-range";
}

/** The fields that belong to every answer of a policy, errors too. */
export function carriedByAll(fields: readonly FieldLine[]): readonly FieldLine[] {
  return fields.filter(([name]) => !FIELD_KINDS.has(name.toLowerCase()));
}

function carries(answer: Answer, name: string, { validators }: Representation): boolean {
  const kind = FIELD_KINDS.get(name.toLowerCase()) ?? "always";
  // Only a client without a tag needs the date to update what it stored (§15.4.5).
  if (kind === "date" && answer === "not-modified") return validators.entityTag === undefined;
  return CARRIED[kind].includes(answer);
}

function fieldsOfTheWhole(selected: SelectedRepresentation, now: number): readonly FieldLine[] {
  const { validators, mediaType, contentCoding, acceptRanges } = selected;
  const seconds = Math.floor(now / 1000);
  const optional: readonly (readonly [name: string, value: string | undefined])[] = [
    ["Date", formatHttpDate(seconds)],
    ["Content-Type", mediaType],
    ["Content-Encoding", contentCoding],
    ["ETag", validators.entityTag && formatEntityTag(validators.entityTag)],
    ["Last-Modified", lastModified(validators.lastModified, seconds)],
    ["Accept-Ranges", acceptRanges ? "bytes" : undefined],
    ...selected.fields,
  ];
  return optional.filter((line): line is FieldLine => line[1] !== undefined);
}

/** A date later than the answer's own would be a lie about the past. @see RFC 9110 §8.8.2.1 */
function lastModified(date: number | undefined, now: number): string | undefined {
  return date === undefined ? undefined : formatHttpDate(Math.min(date, now));
}

/** The fields that belong to one answer alone. */
function ownFields(
  decision: Decision,
  selected: SelectedRepresentation,
  context: HeadContext,
): readonly FieldLine[] {
  switch (decision.kind) {
    case "full":
      return Number.isFinite(selected.length) ? [["Content-Length", String(selected.length)]] : [];
    case "partial":
      return partialFields(decision.ranges, selected, context.boundary);
    case "range-not-satisfiable":
      return [["Content-Range", formatUnsatisfiedRange(selected.length)]];
    case "not-modified":
    case "precondition-failed":
      return [];
  }
}

/** One range tells its place in the head; several tell it each in its part. @see RFC 9110 §15.3.7 */
function partialFields(
  ranges: readonly ByteRange[],
  selected: SelectedRepresentation,
  boundary: string,
): readonly FieldLine[] {
  const [range, ...others] = ranges;
  if (range !== undefined && others.length === 0) {
    return [
      ["Content-Range", formatContentRange(range.firstPos, range.lastPos, selected.length)],
      ["Content-Length", String(rangeLength(range))],
    ];
  }
  return [
    ["Content-Type", `multipart/byteranges; boundary=${boundary}`],
    ["Content-Length", String(multipartLength(ranges, selected))],
  ];
}
