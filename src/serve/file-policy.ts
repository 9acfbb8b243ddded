import type { SelectedRepresentation } from "../decision/response-head.ts";
import { combineFieldLines } from "../http/field-list.ts";
import type { FieldLine } from "../http/request-fields.ts";
import type { OpenRepresentation } from "../sources/source.ts";

/** How one file is to be answered, beside what its bytes tell. */
export interface FilePolicy {
  readonly fields: readonly FieldLine[];
  /** The Content-Type, where it isn't the one that the source tells. */
  readonly type: string | undefined;
  readonly clock: () => number;
}

/** What is judged: the representation that was opened, with what the policy says of it. */
export function toSelected(
  { representation }: OpenRepresentation,
  { fields, type }: FilePolicy,
  vary: string | undefined,
): SelectedRepresentation {
  return {
    ...representation,
    mediaType: type ?? representation.mediaType,
    negotiated: vary !== undefined,
    fields: withVary(fields, vary),
  };
}

/** One Vary for what stet chose by and what the policy adds. */
export function withVary(fields: readonly FieldLine[], vary: string | undefined): readonly FieldLine[] {
  if (vary === undefined) return fields;
  const given = fields.filter(([name]) => name.toLowerCase() === "vary").map(([, value]) => value);
  const others = fields.filter(([name]) => name.toLowerCase() !== "vary");
  return [...others, ["Vary", combineFieldLines([...given, vary]) ?? vary]];
}
