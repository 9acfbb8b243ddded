import { readFileSync } from "node:fs";

/** A file as a row describes it. */
export interface RowRepresentation {
  readonly size: number;
  readonly etag: string | null;
  readonly last_modified: string | null;
  readonly mtime_ms?: number;
  readonly now: string;
  readonly content_type: string;
  readonly cache_control?: string;
  readonly expires?: string;
  readonly content_location?: string;
  readonly vary?: string;
  readonly content?: string;
  readonly exists?: boolean;
  readonly authorized?: boolean;
  readonly writable?: boolean;
  readonly ranges?: boolean;
  readonly enc_size?: number;
  readonly variants?: readonly {
    readonly encoding: string;
    readonly size: number;
    readonly etag: string;
    readonly dictionary_sha256?: string;
  }[];
}

/** The answer that RFC 9110 asks for. */
export interface RowExpectation {
  readonly status: number;
  readonly status_any_of?: readonly number[];
  readonly status_must_not?: readonly number[];
  readonly headers_present?: readonly string[];
  readonly headers_absent?: readonly string[];
  readonly headers_should_be_absent?: readonly string[];
  readonly header_equals?: Readonly<Record<string, string>>;
  readonly header_absent_or_equals?: Readonly<Record<string, string>>;
  readonly body: string;
  readonly body_by_status?: Readonly<Record<string, string>>;
}

/** One request against one file. See `vectors/README.md`. */
export interface Row {
  readonly id: string;
  readonly title: string;
  readonly method: string;
  readonly target: string;
  readonly request_headers: readonly (readonly [name: string, value: string])[];
  readonly representation: RowRepresentation;
  readonly expect: RowExpectation;
  readonly level: "MUST" | "SHOULD" | "MAY";
  readonly portable: boolean;
  readonly fixture: string;
}

export const ROWS: readonly Row[] = JSON.parse(
  readFileSync(new URL("./vectors/rfc9110_rows.json", import.meta.url), "utf8"),
);

/** What came back for a row, from whichever layer it was asked of. */
export interface RowAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly fields: ReadonlyMap<string, string>;
  readonly content: RowContent;
}

/** The content as the ranges that were sent, or as bytes that are no part of the file. */
export type RowContent =
  | { readonly kind: "none" }
  | { readonly kind: "other"; readonly length: number }
  | { readonly kind: "full"; readonly length: number }
  | {
      readonly kind: "parts";
      readonly multipart: boolean;
      readonly ranges: readonly string[];
      readonly length: number;
    };

/**
 * What is wrong with an answer. With `recommended` the status must be the row's own; without, any that conforms will do,
 * and the fields are then looked at only where the status is the row's own.
 */
export function complaints(row: Row, answer: RowAnswer, recommended: boolean): readonly string[] {
  const { expect } = row;
  const conforming = recommended ? [expect.status] : [expect.status, ...(expect.status_any_of ?? [])];
  const status = [
    ...(conforming.includes(answer.status)
      ? []
      : [`status ${answer.status}, not ${conforming.join(" or ")}`]),
    ...(expect.status_must_not?.includes(answer.status) ? [`status ${answer.status} is never right`] : []),
  ];
  const fields = answer.status === expect.status ? fieldComplaints(row, answer) : [];
  return [...status, ...fields, ...bodyComplaints(row, answer)];
}

function fieldComplaints({ expect }: Row, { fields }: RowAnswer): readonly string[] {
  const found = (name: string): string | undefined => fields.get(name.toLowerCase());
  const absent = [...(expect.headers_absent ?? []), ...(expect.headers_should_be_absent ?? [])];
  return [
    ...(expect.headers_present ?? [])
      .filter((name) => found(name) === undefined)
      .map((name) => `${name} is missing`),
    ...absent.filter((name) => found(name) !== undefined).map((name) => `${name} must not be there`),
    ...Object.entries(expect.header_equals ?? {})
      .filter(([name, value]) => !fieldMatches(value, found(name), found("Date")))
      .map(([name, value]) => `${name} is ${found(name)}, not ${value}`),
    ...Object.entries(expect.header_absent_or_equals ?? {})
      .filter(([name, value]) => found(name) !== undefined && found(name) !== value)
      .map(([name, value]) => `${name} is ${found(name)}, not ${value} or absent`),
  ];
}

function fieldMatches(expected: string, found: string | undefined, date: string | undefined): boolean {
  if (expected.startsWith("~")) {
    const flags = expected.includes("(?i)") ? "i" : "";
    return new RegExp(expected.slice(1).replace("(?i)", ""), flags).test(found ?? "");
  }
  if (expected === "<=Date") return Date.parse(found ?? "") <= Date.parse(date ?? "");
  // A row without a file's history to look at: whoever runs it over a real file compares the two tags itself.
  if (expected === "!=previous-or-weak") return found !== undefined;
  return found === expected;
}

function bodyComplaints({ expect }: Row, { status, content }: RowAnswer): readonly string[] {
  const byStatus = expect.body_by_status?.[String(status)];
  if (byStatus === undefined && status !== expect.status) return [];
  const expected = byStatus ?? expect.body;
  return bodyMatches(expected, content) ? [] : [`body ${JSON.stringify(content)}, not ${expected}`];
}

function bodyMatches(expected: string, content: RowContent): boolean {
  const [kind, argument = ""] = expected.split(" ");
  const ranges = content.kind === "parts" ? content.ranges.join(",") : "";
  switch (kind) {
    case "any":
      return true;
    case "none":
      return content.kind === "none";
    case "full":
      return content.kind === "full";
    case "not-representation":
      return content.kind === "none" || content.kind === "other";
    case "range":
      return content.kind === "parts" && !content.multipart && ranges === argument;
    case "parts":
      return content.kind === "parts" && ranges === argument;
    case "multipart":
      return content.kind === "parts" && content.multipart && ranges === argument;
    case "cover":
      return (
        content.kind === "full" || (content.kind === "parts" && covers(content.ranges, argument.split(",")))
      );
    case "max-bytes":
      return content.kind === "none" || content.length <= Number(argument);
    default:
      throw new Error(`the row expects a body of an unknown kind: ${expected}`);
  }
}

function covers(sent: readonly string[], wanted: readonly string[]): boolean {
  const positions = (range: string): [number, number] => {
    const [first, last] = range.split("-").map(Number);
    return [first ?? Number.NaN, last ?? Number.NaN];
  };
  return wanted
    .map(positions)
    .every(([first, last]) => sent.map(positions).some(([from, to]) => from <= first && last <= to));
}
