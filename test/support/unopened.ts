import { type OpenRepresentation, unopened } from "../../src/sources/source.ts";

/** A content of so many bytes, of which nothing is open. */
export function unopenedOf(length: number): OpenRepresentation {
  return unopened({
    contentCoding: undefined,
    mediaType: "application/octet-stream",
    length,
    validators: { entityTag: undefined, lastModified: undefined },
    acceptRanges: true,
  });
}
