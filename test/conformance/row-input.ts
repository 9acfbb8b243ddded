import type { Representation } from "../../src/decision/representation.ts";
import { parseEntityTag } from "../../src/http/entity-tag.ts";
import { combineFieldLines } from "../../src/http/field-list.ts";
import { parseHttpDate } from "../../src/http/http-date.ts";
import type { FieldLine, RequestFields } from "../../src/http/request-fields.ts";
import type { Row } from "./rows.ts";

/** The fields of a row's request, as an adapter would hand them in. */
export function requestFields({ request_headers: lines }: Row): RequestFields {
  const names = new Set(lines.map(([name]) => name.toLowerCase()));
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      combineFieldLines(lines.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value)),
    ]),
  );
}

/** The file of a row and its variants, the preferred first. */
export function toRepresentations({ representation }: Row): readonly Representation[] {
  const { size, etag, last_modified: date, variants = [], content_type: mediaType, ranges } = representation;
  const lastModified = date === null ? undefined : parseHttpDate(date, Date.parse(representation.now));
  const common = { mediaType, acceptRanges: ranges !== false };
  // A row gives the tag of the variant that it expects to be selected; the identity's own is then "v1".
  const identityTag = variants.some((variant) => variant.etag === etag) ? '"v1"' : etag;
  return [
    ...variants.map((variant) => ({
      ...common,
      contentCoding: variant.encoding,
      length: variant.size,
      validators: { entityTag: parseEntityTag(variant.etag), lastModified },
      ...(variant.dictionary_sha256 === undefined ? {} : { dictionaryHash: variant.dictionary_sha256 }),
    })),
    {
      ...common,
      contentCoding: undefined,
      length: size,
      validators: { entityTag: etag === null ? undefined : parseEntityTag(identityTag ?? ""), lastModified },
    },
  ];
}

/** What the row's server says of caching. */
export function policyFields({ representation }: Row): readonly FieldLine[] {
  const { cache_control: cacheControl, expires, content_location: location, vary } = representation;
  const lines: readonly (readonly [string, string | undefined])[] = [
    ["Cache-Control", cacheControl],
    ["Expires", expires],
    ["Content-Location", location],
    ["Vary", vary],
  ];
  return lines.filter((line): line is FieldLine => line[1] !== undefined);
}
