import { carriedByAll } from "../decision/response-head.ts";
import type { FieldLine } from "../http/request-fields.ts";
import type { Answer } from "./answer.ts";
import { dateLine } from "./date-line.ts";
import type { Policy } from "./policy.ts";

/** An answer without a content and without a file. */
export function toEmpty(
  status: number,
  judged: Answer["judged"],
  fields: readonly FieldLine[],
  policy: Policy,
): Answer {
  return {
    head: { status, fields: [dateLine(policy.clock()), ...fields, ...fieldsWithoutFile(policy)] },
    delivery: { kind: "none" },
    judged,
  };
}

/** The application's own fields of an answer that isn't about a file. */
export function fieldsWithoutFile(policy: Policy): readonly FieldLine[] {
  return carriedByAll(policy.fields(undefined));
}
