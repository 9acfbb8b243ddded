import type { Decision } from "../decision/decide.ts";
import { rangeLength } from "../decision/multipart.ts";
import type { Representation, Validators } from "../decision/representation.ts";
import { carriedByAll, type ResponseHead, toResponseHead } from "../decision/response-head.ts";
import type { Front, Order } from "../deliveries/front.ts";
import type { FieldLine } from "../http/request-fields.ts";
import { formatHttpDate, parseHttpDate } from "../http/http-date.ts";
import type { FileResource } from "../sources/source.ts";
import type { Answer } from "./answer.ts";
import { dateLine } from "./date-line.ts";
import type { SelectedFile } from "./file-policy.ts";
import { type Judged, rangesOf } from "./judge-file.ts";
import type { RequestHead } from "./request-head.ts";

/**
 * The answer that leaves a judged content to the server in front; undefined where stet is to send it itself: there the
 * front would judge the request anew and otherwise, or would not send what was judged.
 *
 * @param selected of a file without a content coding: a front may lose that field, and the file couldn't be read then
 */
export async function handOver(
  { decision, ifRange, now }: Judged,
  request: RequestHead,
  selected: SelectedFile,
  { path, elsewhere = false }: FileResource,
  front: Front | undefined,
): Promise<Answer | undefined> {
  if (front === undefined || path === undefined) return undefined;
  if (!elsewhere && !(tellsAlike(front, selected) && judgesAlike(front, request, decision, now)))
    return undefined;
  const { mediaType: type, fields } = selected;
  const order = await front.handOver({
    path,
    type,
    disposition: fields.find(([name]) => name.toLowerCase() === "content-disposition")?.[1],
    request: request.native,
  });
  if (order === undefined) return undefined;
  // The front finds the range by itself, in the whole.
  const whole = toResponseHead({ kind: "full" }, selected, { now, ifRange, boundary: "" });
  return {
    head: toHead(order, front, whole, now),
    delivery: { kind: "handed-over", to: front.name, length: lengthOf(decision, selected) },
    judged: decision.kind,
    file: selected,
    ranges: rangesOf(decision),
  };
}

/** What stet sends whole to a request for a range, so that it stays whole in a front that would cut it. */
export function uncut(
  answer: Answer,
  { fields }: RequestHead,
  { decision }: Judged,
  front: Front | undefined,
): Answer {
  if (front?.cuts !== true || decision.kind !== "full" || fields.range === undefined) return answer;
  // Of an entity tag it judges as stet does; a client that named one goes on to ask for ranges of what he gets now.
  if (/^(?:W\/)?"/.test(fields["if-range"] ?? "")) return answer;
  const { status, fields: told } = answer.head;
  return {
    ...answer,
    head: {
      status,
      fields: told.map(([name, value]) => [name, name === "Accept-Ranges" ? "none" : value]),
    },
  };
}

/** The validators by which a file is judged: those that its clients are told, by whom it may be. */
export function validatorsUnder(front: Front, representation: Representation): Validators {
  const { validators } = representation;
  return (isSettled(representation) ? front.validatorsOf?.(representation) : undefined) ?? validators;
}

/** A front tells a strong tag of any file, however young; stet sends one that may still change within its second. */
function isSettled({ contentCoding, validators }: Representation): boolean {
  return contentCoding === undefined && validators.entityTag?.weak !== true;
}

/**
 * Whether the client is told the validators by which the request was judged. A server in front tells the date of any file, also one
 * that says nothing; another origin has validators of its own in any case.
 */
function tellsAlike(front: Front, selected: Representation): boolean {
  if (!isSettled(selected)) return false;
  if (selected.validators.lastModified === undefined) return front.name === "redirect";
  return front.validatorsOf === undefined || front.validatorsOf(selected) !== undefined;
}

/** One range, in digits that no reader counts otherwise. */
const PLAIN_RANGE = /^bytes=(?:\d{1,15}-\d{0,15}|-\d{1,15})$/;

/**
 * Whether every front comes to the decision that was made. It judges the request anew: a precondition that was met may
 * fail there (lighttpd knows no If-Match, nginx judges If-Unmodified-Since beside it), several ranges may be sent otherwise,
 * and one that is to be ignored may be sent. nginx takes for a date much that is none, Apache one with a `; length=` behind it.
 */
function judgesAlike(
  { splices = false }: Front,
  { fields }: RequestHead,
  decision: Decision,
  now: number,
): boolean {
  if (fields["if-match"] !== undefined || fields["if-unmodified-since"] !== undefined) return false;
  const since = fields["if-modified-since"];
  if (since !== undefined && !isPlainDate(since, now)) return false;
  if (decision.kind === "full") return fields.range === undefined;
  if (decision.kind !== "partial" || splices) return false;
  return decision.ranges.length === 1 && PLAIN_RANGE.test(fields.range ?? "");
}

/** A date in the form in which all write it. */
function isPlainDate(text: string, now: number): boolean {
  const seconds = parseHttpDate(text, now);
  return seconds !== undefined && formatHttpDate(seconds) === text;
}

const EMPTY: FieldLine = ["Content-Length", "0"];

/** A redirect says them by itself: with a second Content-Length a client or a proxy would refuse it. */
const OF_REDIRECT: ReadonlySet<string> = new Set(["content-length", "date"]);

function toHead(order: Order, { adds = [] }: Front, whole: ResponseHead, now: number): ResponseHead {
  if (order.kind === "field") {
    const fields = whole.fields.filter(([name]) => name !== "Content-Length" && !adds.includes(name));
    return { status: 200, fields: [...fields, order.field, EMPTY] };
  }
  return {
    status: 302,
    fields: [
      dateLine(now),
      // The URL is for this client and for a while.
      ["Cache-Control", "no-store"],
      ["Location", order.location],
      ...carriedByAll(whole.fields).filter(([name]) => !OF_REDIRECT.has(name.toLowerCase())),
      EMPTY,
    ],
  };
}

function lengthOf(decision: Decision, { length }: Representation): number {
  return rangesOf(decision)?.reduce((total, range) => total + rangeLength(range), 0) ?? length;
}
