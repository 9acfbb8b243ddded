import { type AcceptEncoding, codingWeight, parseAcceptEncoding } from "../http/accept-encoding.ts";
import { type EntityTag, parseEntityTag, parseEntityTagList, stronglyEqual } from "../http/entity-tag.ts";
import type { RequestFields } from "../http/request-fields.ts";
import { parseRanges } from "./evaluate-range.ts";
import type { Validators, Variant } from "./representation.ts";

/** The parts of a request that a selection rests on. */
export interface SelectingRequest {
  readonly method: string;
  readonly fields: RequestFields;
}

/**
 * The variants that the client accepts, the best first: by its own weights, then in the order in which they are given.
 * None means 406.
 *
 * A range is of the file itself, where the client accepts that: a client that asks for bytes of a coded form without
 * knowing it (`curl --compressed -r 0-99`) gets a part that nothing can decode. Who resumes a coded form names it, see
 * `namedTags`.
 *
 * @see RFC 9110 §12.5.3, §14.2
 */
export function selectRepresentation<V extends Variant>(
  variants: readonly V[],
  request: SelectingRequest,
): readonly V[] {
  const { fields } = request;
  const accept = parseAcceptEncoding(fields["accept-encoding"]);
  const acceptable = variants
    .filter((variant) => canDecode(variant, fields))
    .map((variant) => ({ variant, weight: weightOf(variant, accept) }))
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ variant }) => variant);
  return acceptable.length > 1 && asksForRange(request) ? fileFirst(acceptable) : acceptable;
}

/** Whether a Range is read at all: any other leaves the selection as it is without one. */
function asksForRange({ method, fields: { range } }: SelectingRequest): boolean {
  return range !== undefined && method === "GET" && parseRanges(range) !== undefined;
}

function fileFirst<V extends Variant>(variants: readonly V[]): readonly V[] {
  return [...variants.filter(isFileItself), ...variants.filter((variant) => !isFileItself(variant))];
}

function isFileItself({ contentCoding, stored = false }: Variant): boolean {
  return contentCoding === undefined || stored;
}

/**
 * The entity tags that tell which variant a range is of: that of If-Range, or those of If-Match. A variant that has one of
 * them, strong, is selected in place of the first.
 *
 * @returns none for a request without a range
 * @see RFC 9110 §13.1.1, §13.1.5
 */
export function namedTags(request: SelectingRequest): readonly EntityTag[] {
  if (!asksForRange(request)) return [];
  const { "if-range": ifRange, "if-match": ifMatch } = request.fields;
  const tags = ifRange === undefined ? parseEntityTagList(ifMatch ?? "") : parseEntityTag(ifRange);
  return tags === undefined || tags === "*" ? [] : [tags].flat();
}

/** Whether a variant with these validators is one of those that `namedTags` gives. */
export function isNamed(tags: readonly EntityTag[], { entityTag }: Validators): boolean {
  return entityTag !== undefined && tags.some((tag) => stronglyEqual(tag, entityTag));
}

/** What has no other form is sent as it is: who saves it wants just that, and who shows it can decode it. */
function weightOf({ contentCoding = "identity", stored = false }: Variant, accept: AcceptEncoding): number {
  return stored ? 1 : codingWeight(accept, contentCoding);
}

/** A wrong dictionary is a hard failure in the browser, so its hash must match to the letter. @see RFC 9842 §2.2 */
function canDecode(variant: Variant, fields: RequestFields): boolean {
  return (
    variant.dictionaryHash === undefined || fields["available-dictionary"] === `:${variant.dictionaryHash}:`
  );
}

/**
 * The request fields that the choice depended on, for Vary. It is the same for each variant, the identity too: a cache
 * that stored the identity without it would hand it to everyone.
 *
 * @see RFC 9110 §12.5.5
 */
export function selectingFields(variants: readonly Variant[]): string | undefined {
  if (variants.some((variant) => variant.dictionaryHash !== undefined))
    return "Accept-Encoding, Available-Dictionary";
  return variants.some(({ contentCoding, stored = false }) => contentCoding !== undefined && !stored)
    ? "Accept-Encoding"
    : undefined;
}
