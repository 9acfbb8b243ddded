import { describe, expect, it } from "vitest";
import type { Decision } from "./decide.ts";
import {
  carriedByAll,
  type HeadContext,
  type SelectedRepresentation,
  toResponseHead,
} from "./response-head.ts";

const SELECTED: SelectedRepresentation = {
  contentCoding: "br",
  mediaType: "text/html; charset=utf-8",
  length: 1000,
  acceptRanges: true,
  validators: { entityTag: { opaque: "v1", weak: false }, lastModified: 1_577_836_800 },
  fields: [
    ["Cache-Control", "max-age=60"],
    ["Content-Disposition", 'attachment; filename="a.html"'],
    ["Access-Control-Allow-Origin", "*"],
    ["Vary", "Accept-Encoding"],
    ["Content-Security-Policy", "sandbox"],
  ],
};
const CONTEXT: HeadContext = { now: Date.UTC(2026, 0, 1), ifRange: undefined, boundary: "b".repeat(32) };

function namesOf(decision: Decision, selected = SELECTED, context = CONTEXT): string[] {
  return toResponseHead(decision, selected, context).fields.map(([name]) => name);
}

describe("toResponseHead", () => {
  it("keeps CORS, security and Vary on every answer", () => {
    const decisions: readonly Decision[] = [
      { kind: "full" },
      { kind: "partial", ranges: [{ firstPos: 0, lastPos: 9 }] },
      { kind: "not-modified" },
      { kind: "precondition-failed" },
      { kind: "range-not-satisfiable" },
    ];
    for (const decision of decisions) {
      expect(namesOf(decision)).toEqual(
        expect.arrayContaining(["Access-Control-Allow-Origin", "Content-Security-Policy", "Vary", "Date"]),
      );
    }
  });

  it("describes no content in an answer that has none of the file's", () => {
    for (const kind of ["not-modified", "precondition-failed", "range-not-satisfiable"] as const) {
      for (const name of [
        "Content-Type",
        "Content-Encoding",
        "Content-Disposition",
        "Content-Length",
        "Last-Modified",
      ]) {
        expect(namesOf({ kind })).not.toContain(name);
      }
    }
  });

  it("gives a 304 the date only where there is no tag", () => {
    const untagged = { ...SELECTED, validators: { entityTag: undefined, lastModified: 1_577_836_800 } };
    expect(namesOf({ kind: "not-modified" })).toContain("ETag");
    expect(namesOf({ kind: "not-modified" }, untagged)).toContain("Last-Modified");
  });

  it("tells a client that resumes by date the date again, and one that resumes by tag nothing that it holds", () => {
    const partial: Decision = { kind: "partial", ranges: [{ firstPos: 0, lastPos: 9 }] };
    expect(namesOf(partial, SELECTED, { ...CONTEXT, ifRange: "date" })).toContain("Last-Modified");
    const byTag = namesOf(partial, SELECTED, { ...CONTEXT, ifRange: "entity-tag" });
    for (const name of ["Last-Modified", "Content-Type", "Content-Encoding"])
      expect(byTag).not.toContain(name);
  });

  it("keeps the name of a download that is resumed", () => {
    const partial: Decision = { kind: "partial", ranges: [{ firstPos: 0, lastPos: 9 }] };
    expect(namesOf(partial, SELECTED, { ...CONTEXT, ifRange: "entity-tag" })).toContain(
      "Content-Disposition",
    );
  });

  it("gives several parts one type around them", () => {
    const ranges = [
      { firstPos: 0, lastPos: 9 },
      { firstPos: 500, lastPos: 509 },
    ];
    const { fields } = toResponseHead({ kind: "partial", ranges }, SELECTED, CONTEXT);
    expect(fields.filter(([name]) => name === "Content-Type")).toEqual([
      ["Content-Type", `multipart/byteranges; boundary=${CONTEXT.boundary}`],
    ]);
    expect(fields.map(([name]) => name)).not.toContain("Content-Range");
  });

  it("never dates a file later than its answer", () => {
    const future = { ...SELECTED, validators: { ...SELECTED.validators, lastModified: 4_000_000_000 } };
    const { fields } = toResponseHead({ kind: "full" }, future, CONTEXT);
    const valueOf = (wanted: string): string | undefined => fields.find(([name]) => name === wanted)?.[1];
    expect(valueOf("Last-Modified")).toBe(valueOf("Date"));
  });

  it("leaves to an error what is no description of the file", () => {
    expect(carriedByAll(SELECTED.fields).map(([name]) => name)).toEqual([
      "Access-Control-Allow-Origin",
      "Vary",
      "Content-Security-Policy",
    ]);
  });
});
