/**
 * A slow, obvious model of RFC 9110 §13.2.2 and §14.2, written from the text and from nothing of stet's: regular
 * expressions, big integers and repeated passes, where the decision has parsers and one pass. The two must agree.
 */
export interface ModelRequest {
  readonly method: "GET" | "HEAD";
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  readonly ifModifiedSince?: string;
  readonly ifUnmodifiedSince?: string;
  readonly ifRange?: string;
  readonly range?: string;
}

export interface ModelFile {
  readonly length: number;
  /** The ETag field as it is sent. */
  readonly etag: string | undefined;
  /** Seconds since the epoch. */
  readonly lastModified: number | undefined;
  readonly mediaType: string;
}

export interface ModelAnswer {
  readonly status: 200 | 206 | 304 | 412 | 416;
  readonly ranges: readonly (readonly [first: number, last: number])[];
}

/** @param now seconds since the epoch */
export function modelAnswer(request: ModelRequest, file: ModelFile, now: number): ModelAnswer {
  const answer = (status: ModelAnswer["status"]): ModelAnswer => ({ status, ranges: [] });

  // 1. and 2.
  if (request.ifMatch !== undefined) {
    if (!listMatches(request.ifMatch, file.etag, "strong")) return answer(412);
  } else if (request.ifUnmodifiedSince !== undefined) {
    const date = dateOf(request.ifUnmodifiedSince);
    if (date !== undefined && file.lastModified !== undefined && file.lastModified > date) return answer(412);
  }
  // 3. and 4.
  if (request.ifNoneMatch !== undefined) {
    if (listMatches(request.ifNoneMatch, file.etag, "weak")) return answer(304);
  } else if (request.ifModifiedSince !== undefined) {
    const date = dateOf(request.ifModifiedSince);
    if (date !== undefined && file.lastModified !== undefined && file.lastModified <= date)
      return answer(304);
  }
  // 5.
  if (request.method !== "GET" || request.range === undefined || file.length === 0) return answer(200);
  if (request.ifRange !== undefined && !ifRangeHolds(request.ifRange, file, now)) return answer(200);
  return rangeAnswer(request.range, file);
}

const TAG = /^(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"$/;

function listMatches(field: string, etag: string | undefined, comparison: "strong" | "weak"): boolean {
  if (field.trim() === "*") return true;
  const members = membersOf(field);
  if (members === undefined || etag === undefined) return false;
  return members.some((member) => tagsEqual(member, etag, comparison));
}

/** The tags of a list, found one after the other from the left; undefined where anything else is in between. */
function membersOf(field: string): string[] | undefined {
  const members: string[] = [];
  let rest = field.trim();
  while (rest !== "") {
    const comma = /^[ \t]*,[ \t]*/.exec(rest);
    const tag = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"[ \t]*(?=,|$)/.exec(rest);
    const found = comma ?? tag;
    if (found === null) return undefined;
    if (tag !== null) members.push(tag[0].trim());
    rest = rest.slice(found[0].length);
  }
  return members;
}

function tagsEqual(a: string, b: string, comparison: "strong" | "weak"): boolean {
  const [, weakA, opaqueA] = TAG.exec(a) ?? [];
  const [, weakB, opaqueB] = TAG.exec(b) ?? [];
  if (comparison === "strong" && (weakA !== undefined || weakB !== undefined)) return false;
  return opaqueA !== undefined && opaqueA === opaqueB;
}

/** The model knows the preferred format alone; the others have tests of their own. */
function dateOf(field: string): number | undefined {
  const text = field.trim();
  const date = new Date(text);
  return Number.isNaN(date.getTime()) || date.toUTCString() !== text ? undefined : date.getTime() / 1000;
}

function ifRangeHolds(field: string, file: ModelFile, now: number): boolean {
  const text = field.trim();
  if (TAG.test(text)) return file.etag !== undefined && tagsEqual(text, file.etag, "strong");
  const date = dateOf(text);
  return date !== undefined && date === file.lastModified && now - date >= 2;
}

function rangeAnswer(field: string, file: ModelFile): ModelAnswer {
  const set = /^bytes=(.*)$/i.exec(field);
  const members = (set?.[1] ?? "")
    .split(",")
    .map((member) => member.trim())
    .filter((member) => member !== "");
  const valid = members.every((member) => isValidMember(member));
  if (members.length === 0 || members.length > 64 || !valid) return { status: 200, ranges: [] };
  const ranges = members.map((member) => resolve(member, file.length)).filter((range) => range !== undefined);
  if (ranges.length === 0) return { status: 416, ranges: [] };
  const joined = join(ranges);
  if (joined.length > 1 && multipartBytes(joined, file) > file.length + 4096)
    return { status: 200, ranges: [] };
  return { status: 206, ranges: joined };
}

function isValidMember(member: string): boolean {
  const closed = /^(\d+)-(\d+)$/.exec(member);
  if (closed !== null) return BigInt(closed[1] ?? "") <= BigInt(closed[2] ?? "");
  return /^\d+-$/.test(member) || /^-\d+$/.test(member);
}

type Range = readonly [first: number, last: number];

function resolve(member: string, length: number): Range | undefined {
  const [first = "", last = ""] = member.split("-");
  const end = BigInt(length) - 1n;
  if (first === "") {
    const suffix = BigInt(last);
    if (suffix === 0n) return undefined;
    return [suffix > end ? 0 : length - Number(suffix), length - 1];
  }
  if (BigInt(first) > end) return undefined;
  return [Number(first), last === "" || BigInt(last) > end ? length - 1 : Number(last)];
}

/** Joins any two that are fewer than 80 bytes apart, into the place of the earlier, until none are. */
function join(ranges: readonly Range[]): Range[] {
  const joined = [...ranges];
  for (let a = 0; a < joined.length; a++) {
    for (let b = a + 1; b < joined.length; b++) {
      const [one, other] = [joined[a]!, joined[b]!];
      const gap = Math.max(one[0], other[0]) - Math.min(one[1], other[1]) - 1;
      if (gap >= 80) continue;
      joined[a] = [Math.min(one[0], other[0]), Math.max(one[1], other[1])];
      joined.splice(b, 1);
      return join(joined);
    }
  }
  return joined;
}

function multipartBytes(ranges: readonly Range[], { length, mediaType }: ModelFile): number {
  const boundary = "x".repeat(32);
  const parts = ranges.map(
    ([first, last]) =>
      `\r\n--${boundary}\r\nContent-Type: ${mediaType}\r\nContent-Range: bytes ${first}-${last}/${length}\r\n\r\n` +
      "x".repeat(last - first + 1),
  );
  return `${parts.join("")}\r\n--${boundary}--\r\n`.length;
}
