import { describe, expect, it } from "vitest";
import { decide } from "../../src/decision/decide.ts";
import { evaluatePreconditions } from "../../src/decision/evaluate-preconditions.ts";
import { judgeMethod } from "../../src/decision/judge-method.ts";
import type { Representation } from "../../src/decision/representation.ts";
import { toResponseHead } from "../../src/decision/response-head.ts";
import { isNamed, namedTags, selectRepresentation } from "../../src/decision/select-representation.ts";
import { parsePreconditions } from "../../src/http/preconditions.ts";
import type { FieldLine } from "../../src/http/request-fields.ts";
import { policyFields, requestFields, toRepresentations } from "./row-input.ts";
import { complaints, type Row, type RowAnswer, type RowContent, ROWS } from "./rows.ts";

const NONE: RowContent = { kind: "none" };

/** The rows that rest on a representation go through the pure decision alone; no file, no clock, no socket. */
describe("the decision holds for every row of RFC 9110, as recommended", () => {
  it("has all 289 rows", () => {
    expect(ROWS).toHaveLength(289);
  });

  for (const row of ROWS) {
    it(`${row.id} ${row.level}: ${row.title}`, () => {
      expect(complaints(row, judge(row), true)).toEqual([]);
    });
  }
});

function judge(row: Row): RowAnswer {
  const { representation, method } = row;
  const fields = requestFields(row);
  const now = Date.parse(representation.now);
  const refused = representation.writable === true ? undefined : judgeWithoutFile(row);
  if (refused !== undefined) return refused;

  const variants = selectRepresentation(toRepresentations(row), { method, fields });
  const tags = namedTags({ method, fields });
  const selected = variants.find(({ validators }) => isNamed(tags, validators)) ?? variants[0];
  if (selected === undefined) return answer(406, [], { kind: "other", length: 0 });
  const preconditions = parsePreconditions(fields, now);
  if (representation.writable === true) {
    // A writable resource is nothing stet serves, but its preconditions are the same ones.
    const outcome = evaluatePreconditions(method, preconditions, selected);
    return answer(outcome === "precondition-failed" ? 412 : 200, [["Date", "now"]], NONE);
  }
  const decision = decide({ method, preconditions, range: fields.range }, selected, now);
  const policy = policyFields(row);
  const context = { now, ifRange: preconditions.ifRange?.kind, boundary: "b".repeat(32) };
  const head = toResponseHead(decision, { ...selected, fields: policy }, context);
  return answer(head.status, head.fields, method === "HEAD" ? NONE : toContent(decision, selected));
}

/** What is answered before there is a representation to judge, so that no precondition can be looked at. */
function judgeWithoutFile({ method, target, representation }: Row): RowAnswer | undefined {
  const other: RowContent = { kind: "other", length: 0 };
  const date: FieldLine = ["Date", "now"];
  switch (judgeMethod(method)) {
    case "not-implemented":
      return answer(501, [date], other);
    case "not-allowed":
      return answer(405, [date, ["Allow", "GET, HEAD, OPTIONS"]], other);
    case "options":
      return answer(204, [["Allow", "GET, HEAD, OPTIONS"]], NONE);
    case "retrieve":
  }
  if (representation.authorized === false) return answer(403, [date], other);
  if (representation.exists !== false) return undefined;
  return target === "/dir" ? answer(301, [date, ["Location", "/dir/"]], NONE) : answer(404, [date], other);
}

function answer(status: number, fields: readonly FieldLine[], content: RowContent): RowAnswer {
  return { status, fields: new Map(fields.map(([name, value]) => [name.toLowerCase(), value])), content };
}

function toContent(decision: ReturnType<typeof decide>, selected: Representation): RowContent {
  switch (decision.kind) {
    case "full":
      return { kind: "full", length: selected.length };
    case "partial":
      return {
        kind: "parts",
        multipart: decision.ranges.length > 1,
        ranges: decision.ranges.map(({ firstPos, lastPos }) => `${firstPos}-${lastPos}`),
        length: decision.ranges.reduce((sum, { firstPos, lastPos }) => sum + lastPos - firstPos + 1, 0),
      };
    case "not-modified":
      return NONE;
    case "precondition-failed":
    case "range-not-satisfiable":
      return { kind: "other", length: 0 };
  }
}
