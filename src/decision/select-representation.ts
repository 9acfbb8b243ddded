import { type AcceptEncoding, codingWeight, parseAcceptEncoding } from "../http/accept-encoding.ts";
import type { RequestFields } from "../http/request-fields.ts";
import type { Variant } from "./representation.ts";

/**
 * The variants that the client accepts, the best first: by its own weights, then in the order in which they are given.
 * None means 406.
 *
 * @see RFC 9110 §12.5.3
 */
export function selectRepresentation<V extends Variant>(
  variants: readonly V[],
  fields: RequestFields,
): readonly V[] {
  const accept = parseAcceptEncoding(fields["accept-encoding"]);
  return variants
    .filter((variant) => canDecode(variant, fields))
    .map((variant) => ({ variant, weight: weightOf(variant, accept) }))
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ variant }) => variant);
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
