import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide, type Decision } from "../../src/decision/decide.ts";
import { parseEntityTag } from "../../src/http/entity-tag.ts";
import { parsePreconditions } from "../../src/http/preconditions.ts";
import { type ModelAnswer, modelAnswer, type ModelFile, type ModelRequest } from "./rfc-model.ts";

const NOW = Date.UTC(2026, 10, 22, 12) / 1000;

/** Few different tags and seconds, so that they meet often; and every way to get them wrong. */
const tag = fc.constantFrom('"a"', 'W/"a"', '"b"', 'W/"b"', '"a,b"', '""', '"é"');
const brokenTag = fc.constantFrom("a", '"a', 'w/"a"', "'a'", '"a" "b"', '*, "a"', 'W/ "a"', "");
const separator = fc.constantFrom(", ", ",", " ,\t", ",,", " , , ");
const tagList = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(fc.array(tag, { maxLength: 4 }), separator).map(([tags, by]) => tags.join(by)),
  },
  { weight: 1, arbitrary: fc.constant("*") },
  { weight: 1, arbitrary: brokenTag },
  { weight: 1, arbitrary: fc.tuple(tag, separator, brokenTag).map((parts) => parts.join("")) },
);
const second = fc.integer({ min: -3, max: 3 }).map((offset) => NOW + offset);
const date = fc.oneof(
  { weight: 5, arbitrary: second.map((seconds) => new Date(seconds * 1000).toUTCString()) },
  { weight: 1, arbitrary: fc.constantFrom("yesterday", "2026-11-22T12:00:00Z", "", "1795348800") },
);
const position = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 600 }).map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("007", "9007199254740993", "99999999999999999999999", "18446744073709551616"),
  },
);
const member = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(position, position).map(([first, last]) => `${first}-${last}`) },
  { weight: 2, arbitrary: position.map((first) => `${first}-`) },
  { weight: 2, arbitrary: position.map((suffix) => `-${suffix}`) },
  { weight: 1, arbitrary: fc.constantFrom("", "x", "-", "1-2-3", "0x0-1", "1 - 2", "+1-2") },
);
const range = fc
  .tuple(
    fc.constantFrom("bytes=", "bytes=", "bytes=", "Bytes=", "items=", "bytes ", ""),
    fc.oneof(fc.array(member, { maxLength: 5 }), fc.array(member, { minLength: 60, maxLength: 70 })),
    separator,
  )
  .map(([unit, members, by]) => unit + members.join(by));

const requests: fc.Arbitrary<ModelRequest> = fc.record(
  {
    method: fc.constantFrom("GET" as const, "GET" as const, "HEAD" as const),
    ifMatch: tagList,
    ifNoneMatch: tagList,
    ifModifiedSince: date,
    ifUnmodifiedSince: date,
    ifRange: fc.oneof(tag, date, brokenTag),
    range,
  },
  { requiredKeys: ["method"] },
);
const rangeRequests: fc.Arbitrary<ModelRequest> = fc.record({ method: fc.constant("GET" as const), range });
const files: fc.Arbitrary<ModelFile> = fc.record({
  length: fc.oneof(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 700 }), fc.constant(100_000)),
  etag: fc.option(tag, { nil: undefined }),
  lastModified: fc.option(second, { nil: undefined }),
  mediaType: fc.constantFrom("text/plain", "application/octet-stream"),
});

describe("the decision agrees with a slow, obvious model of the RFC", () => {
  it("on any request with any conditions", () => {
    fc.assert(fc.property(requests, files, agree), { numRuns: 20_000 });
  });

  it("on any ranges", () => {
    fc.assert(fc.property(rangeRequests, files, agree), { numRuns: 20_000 });
  });
});

function agree(request: ModelRequest, file: ModelFile): void {
  expect(judge(request, file)).toEqual(modelAnswer(request, file, NOW));
}

function judge(request: ModelRequest, file: ModelFile): ModelAnswer {
  const fields = {
    "if-match": request.ifMatch,
    "if-none-match": request.ifNoneMatch,
    "if-modified-since": request.ifModifiedSince,
    "if-unmodified-since": request.ifUnmodifiedSince,
    "if-range": request.ifRange,
  };
  const now = NOW * 1000;
  const selected = {
    contentCoding: undefined,
    mediaType: file.mediaType,
    length: file.length,
    acceptRanges: true,
    validators: { entityTag: parseEntityTag(file.etag ?? ""), lastModified: file.lastModified },
  };
  const { method, range: requested } = request;
  return toAnswer(
    decide({ method, preconditions: parsePreconditions(fields, now), range: requested }, selected, now),
  );
}

const STATUS = {
  full: 200,
  partial: 206,
  "not-modified": 304,
  "precondition-failed": 412,
  "range-not-satisfiable": 416,
} as const;

function toAnswer(decision: Decision): ModelAnswer {
  const ranges = decision.kind === "partial" ? decision.ranges : [];
  return {
    status: STATUS[decision.kind],
    ranges: ranges.map(({ firstPos, lastPos }) => [firstPos, lastPos]),
  };
}
