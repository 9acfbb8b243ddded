import { formatEntityTag } from "../../http/entity-tag.ts";
import { parseHttpDate } from "../../http/http-date.ts";
import type { Front } from "../../deliveries/front.ts";
import { MOST_READ, type Reply } from "./ask.ts";

/** What a front can do wrong. */
export type Problem =
  | "silent"
  | "without-application"
  | "redirected"
  | "not-allowed"
  | "not-there"
  | "may-not-read"
  | "does-not-find"
  | "failed"
  | "does-not-act"
  | "length"
  | "incomplete"
  | "no-tag"
  | "weak-tag"
  | "not-told"
  | "other-tag"
  | "not-modified"
  | "range"
  | "if-range"
  | "dropped"
  | "changed"
  | "open"
  | "steered"
  | "coded";

export interface Finding {
  readonly problem: Problem;
  /** As a sentence. */
  readonly what: string;
  /** The field that it is about. */
  readonly field?: string;
}

/** What was answered to the questions of a check. */
export interface Replies {
  /** Two of each: what differs between them says nothing. */
  readonly head: readonly [Reply, Reply];
  readonly whole: readonly [Reply, Reply];
  /** With If-None-Match of the tag. */
  readonly conditional: Reply;
  readonly part: Reply;
  /** The same range, of the version that the tag names. */
  readonly partOfSame: Reply;
  /** The same range, of a version that there never was. */
  readonly partOfOther: Reply;
  /** To one who takes content codings. */
  readonly coded: Reply;
  /** With fields that would steer. */
  readonly steered: Reply;
  /** At targets below the front's own prefixes. */
  readonly past: readonly (readonly [target: string, reply: Reply])[];
}

const HANDING = /^x-(?:accel-|sendfile|lighttpd-send-file)/;

/** What stands in the way of all else. */
export function obstacle(head: Reply, whole: Reply): Finding | undefined {
  const { status } = whole;
  const handing = [...whole.fields.keys()].find((name) => HANDING.test(name));
  if (handing !== undefined) {
    return {
      problem: "does-not-act",
      what: `The client gets the field ${title(handing)}, which was for the front.`,
    };
  }
  const what = `GET gets a ${status}${head.status === status ? "" : `, HEAD a ${head.status}`}.`;
  if (status === 200 && head.status === 200) return undefined;
  if (head.status === 200) {
    return { problem: status === 403 ? "may-not-read" : "does-not-find", what };
  }
  if (status >= 300 && status < 400) {
    const location = whole.fields.get("location") ?? "nowhere";
    return { problem: "redirected", what: `GET gets a ${status} to ${location}.` };
  }
  if (status === 401 || status === 403) return { problem: "not-allowed", what };
  if (status === 404) return { problem: "not-there", what };
  return { problem: status >= 502 && status <= 504 ? "without-application" : "failed", what };
}

export function findingsOf(replies: Replies, front: Front): readonly Finding[] {
  return [
    ...length(replies),
    ...tag(replies, front),
    ...conditional(replies),
    ...ranges(replies),
    ...fields(replies),
    ...coded(replies),
    ...access(replies),
  ];
}

function length({ head: [head], whole: [whole] }: Replies): readonly Finding[] {
  const [told, expected] = [whole.fields.get("content-length"), head.fields.get("content-length")];
  if (told === undefined) return [{ problem: "length", what: "GET tells no Content-Length." }];
  if (told !== expected) {
    return [{ problem: "length", what: `GET tells Content-Length ${told}, HEAD ${expected ?? "none"}.` }];
  }
  const missing = Math.min(Number(told), MOST_READ) - whole.content.length;
  if (!whole.broken && missing === 0) return [];
  return [
    {
      problem: "incomplete",
      what: `Of ${told} bytes, the content breaks off after ${whole.content.length}.`,
    },
  ];
}

function tag({ head: [head], whole: [whole, again], part }: Replies, front: Front): readonly Finding[] {
  const told = whole.fields.get("etag");
  if (told === undefined) return [{ problem: "no-tag", what: "GET tells no ETag." }];
  if (told.startsWith("W/")) return [{ problem: "weak-tag", what: `The ETag ${told} is a weak one.` }];
  const others: readonly (readonly [string, Reply])[] = [
    ["a second GET", again],
    ["HEAD", head],
    ...(part.status === 206 ? ([["a 206", part]] as const) : []),
  ];
  const differing = others.find(([, { fields }]) => fields.get("etag") !== told);
  if (differing !== undefined) {
    const [which, { fields }] = differing;
    const what = `GET tells the ETag ${told}, ${which} ${fields.get("etag") ?? "none"}.`;
    return [{ problem: "other-tag", what }];
  }
  const expected = tagOfFront(whole, front);
  if (expected === undefined || expected === told) return [];
  return [
    { problem: "not-told", what: `The ETag ${told} is stet's own, so stet sends this file by itself.` },
  ];
}

/** The tag that the front makes of what it sends, where it makes its own. */
function tagOfFront({ fields }: Reply, front: Front): string | undefined {
  const validators = front.validatorsOf?.({
    contentCoding: undefined,
    mediaType: undefined,
    acceptRanges: true,
    length: Number(fields.get("content-length")),
    validators: {
      entityTag: undefined,
      lastModified: parseHttpDate(fields.get("last-modified") ?? "", Date.now()),
    },
  });
  return validators?.entityTag && formatEntityTag(validators.entityTag);
}

function conditional({ conditional, whole: [whole] }: Replies): readonly Finding[] {
  if (conditional.status === 304 || !whole.fields.has("etag")) return [];
  const what = `If-None-Match with the file's own ETag gets a ${conditional.status} in place of a 304.`;
  return [{ problem: "not-modified", what }];
}

/** What is asked for of a file: a few bytes, and not the first one where it has others. */
export function rangeOf({ fields }: Reply): { readonly firstPos: number; readonly lastPos: number } {
  const last = Math.max(0, Number(fields.get("content-length") ?? 0) - 1);
  return { firstPos: Math.min(1, last), lastPos: Math.min(4, last) };
}

function ranges({ whole: [whole], part, partOfSame, partOfOther }: Replies): readonly Finding[] {
  if (whole.content.length === 0) return [];
  const { firstPos, lastPos } = rangeOf(whole);
  const expected = `bytes ${firstPos}-${lastPos}/${whole.fields.get("content-length")}`;
  const told = part.fields.get("content-range");
  if (part.status !== 206) {
    const what = `A range gets a ${part.status} in place of a 206: no download is resumed, no film is wound.`;
    return [{ problem: "range", what }];
  }
  if (told !== expected) {
    return [{ problem: "range", what: `A 206 tells the Content-Range "${told ?? ""}", not "${expected}".` }];
  }
  if (!part.content.equals(whole.content.subarray(firstPos, lastPos + 1))) {
    return [{ problem: "range", what: `The bytes of a 206 aren't those of ${expected}.` }];
  }
  if (partOfSame.status !== 206 && isStrong(whole.fields.get("etag"))) {
    const what = `A range of this very version (If-Range) gets a ${partOfSame.status} in place of a 206: no download is resumed.`;
    return [{ problem: "range", what }];
  }
  if (partOfOther.status === 200 && partOfOther.content.equals(whole.content)) return [];
  const what = `A range of another version (If-Range) gets a ${partOfOther.status} in place of the whole: downloads are spliced.`;
  return [{ problem: "if-range", what }];
}

function isStrong(tag = "W/"): boolean {
  return !tag.startsWith("W/");
}

/** Each answer has these of its own. */
const OWN: ReadonlySet<string> = new Set([
  "age",
  "connection",
  "content-length",
  "date",
  "etag",
  "keep-alive",
  "server",
  "set-cookie",
  "transfer-encoding",
  "via",
  // It tells which framework has answered, as Server does, and fronts are often meant to drop it.
  "x-powered-by",
]);

/** stet sends them with each file, so what has dropped them has dropped them of HEAD as well. */
const OF_STET: readonly (readonly [name: string, value: string])[] = [
  ["x-content-type-options", "nosniff"],
  ["accept-ranges", "bytes"],
];

function fields({ head: [head, headAgain], whole: [whole, wholeAgain] }: Replies): readonly Finding[] {
  const told = new Map([...OF_STET, ...[...head.fields].filter(([name]) => !OWN.has(name))]);
  return [...told].flatMap(([name, value]): Finding[] => {
    const got = whole.fields.get(name);
    const field = title(name);
    if (got === undefined) {
      return [{ problem: "dropped", what: `${field} is dropped: the application says "${value}".`, field }];
    }
    const changes =
      headAgain.fields.get(name) !== head.fields.get(name) || wholeAgain.fields.get(name) !== got;
    if (got === value || changes) return [];
    return [
      { problem: "changed", what: `${field} is "${got}", and the application says "${value}".`, field },
    ];
  });
}

/** What stet has coded has a tag of its own; one that was coded on the way has the tag of the uncoded file, or none. */
function coded({ coded: { fields }, whole: [plain] }: Replies): readonly Finding[] {
  const coding = fields.get("content-encoding");
  const tag = fields.get("etag")?.replace("W/", "");
  if (coding === undefined || (tag !== undefined && tag !== plain.fields.get("etag"))) return [];
  return [{ problem: "coded", what: `The front codes the file by itself (${coding}).` }];
}

function access({ steered, past, whole: [whole] }: Replies): readonly Finding[] {
  const isSame = steered.status === 200 && steered.content.equals(whole.content);
  const what = "Fields of a request, such as X-Accel-Redirect, change the answer.";
  const open = past.filter(([, reply]) => isTheFile(reply, whole));
  return [
    ...(isSame ? [] : [{ problem: "steered", what } as const]),
    ...open.map(([target]): Finding => ({
      problem: "open",
      what: `The file is to be had at ${target}, past the application and its guard.`,
    })),
  ];
}

/** A page that stands for all that isn't there is a 200, too. */
function isTheFile({ status, content }: Reply, whole: Reply): boolean {
  return status === 200 && content.length > 0 && content.equals(whole.content);
}

function title(name: string): string {
  return name === "etag" ? "ETag" : name.replaceAll(/(?<![a-z])[a-z]/g, (letter) => letter.toUpperCase());
}
