import { trimOptionalWhitespace } from "./field-syntax.ts";

/**
 * A validator of one representation. `opaque` is the text between the quotes, each octet as the character of
 * the same number (as Node and the Fetch standard hand field values over).
 *
 * @see RFC 9110 §8.8.3
 */
export interface EntityTag {
  readonly opaque: string;
  readonly weak: boolean;
}

// `W/` is case-sensitive. Neither a quote nor a space is an etagc, and a comma is: `"a,b"` is one tag.
const ENTITY_TAG = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/y;
const SEPARATORS = /[ \t]*(?:,[ \t]*)*/y;

/** The entity tag that the whole of `text` is (whitespace around it aside), or undefined. */
export function parseEntityTag(text: string): EntityTag | undefined {
  const trimmed = trimOptionalWhitespace(text);
  const match = matchAt(ENTITY_TAG, trimmed, 0);
  return match !== undefined && match[0].length === trimmed.length ? toEntityTag(match) : undefined;
}

/**
 * The value of an If-Match or If-None-Match field: its tags, or `"*"`, or undefined where it is malformed.
 * Empty list elements count for nothing, so a field of only such elements is an empty list.
 *
 * @see RFC 9110 §13.1.1, §13.1.2, §5.6.1
 */
export function parseEntityTagList(text: string): readonly EntityTag[] | "*" | undefined {
  const trimmed = trimOptionalWhitespace(text);
  if (trimmed === "*") return "*";

  const tags: EntityTag[] = [];
  let position = separatorsAt(trimmed, 0).length;
  while (position < trimmed.length) {
    const match = matchAt(ENTITY_TAG, trimmed, position);
    if (match === undefined) return undefined;
    tags.push(toEntityTag(match));
    position += match[0].length;

    const separators = separatorsAt(trimmed, position);
    position += separators.length;
    if (position < trimmed.length && !separators.includes(",")) return undefined;
  }
  return tags;
}

function separatorsAt(text: string, position: number): string {
  return matchAt(SEPARATORS, text, position)?.[0] ?? "";
}

function matchAt(sticky: RegExp, text: string, position: number): RegExpExecArray | undefined {
  sticky.lastIndex = position;
  return sticky.exec(text) ?? undefined;
}

function toEntityTag(match: RegExpExecArray): EntityTag {
  return { opaque: match[2] ?? "", weak: match[1] !== undefined };
}

/** The tag as a field value: `"v1"`, `W/"v1"`. */
export function formatEntityTag(tag: EntityTag): string {
  return tag.weak ? `W/"${tag.opaque}"` : `"${tag.opaque}"`;
}

/** Same octets: both strong, and alike. @see RFC 9110 §8.8.3.2 */
export function stronglyEqual(a: EntityTag, b: EntityTag): boolean {
  return !a.weak && !b.weak && a.opaque === b.opaque;
}

/** Same meaning: alike, whether weak or strong. @see RFC 9110 §8.8.3.2 */
export function weaklyEqual(a: EntityTag, b: EntityTag): boolean {
  return a.opaque === b.opaque;
}
