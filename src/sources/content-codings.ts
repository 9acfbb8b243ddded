import type { Variant } from "../decision/representation.ts";
import { show } from "./check-arguments.ts";

/** The content codings that a precompressed sibling may have. */
export type PrecompressedCoding = "br" | "zstd" | "gzip";

/** The smallest result first. */
export const PRECOMPRESSED_CODINGS: readonly PrecompressedCoding[] = ["br", "zstd", "gzip"];

const EXTENSIONS: ReadonlyMap<string | undefined, string> = new Map([
  ["br", ".br"],
  ["zstd", ".zst"],
  ["gzip", ".gz"],
]);

/** The name under which a variant of the file `name` stands beside it: `app.js.br` for the br-coded `app.js`. */
export function siblingName(name: string, { contentCoding, stored = false }: Variant): string {
  return stored ? name : name + (EXTENSIONS.get(contentCoding) ?? "");
}

/** SVG that is stored as gzip, for which `.svgz` is the registered extension. @see SVG 2, appendix L */
const GZIPPED_SVG: Variant = { contentCoding: "gzip", stored: true };

/**
 * The one form of a file that is stored in a content coding; undefined where the file is the identity. Siblings of such a file
 * are not offered: they would be coded twice.
 */
export function storedVariant(path: string): Variant | undefined {
  return /\.svgz$/i.test(path) ? GZIPPED_SVG : undefined;
}

/**
 * Reads the option "precompressed".
 *
 * @throws TypeError for what lists no codings
 */
export function toCodings(
  given: readonly PrecompressedCoding[] | false | undefined,
): readonly PrecompressedCoding[] {
  if (given === undefined) return PRECOMPRESSED_CODINGS;
  if (given === false) return [];
  const known = PRECOMPRESSED_CODINGS.map(show).join(", ");
  if (!Array.isArray(given)) {
    throw new TypeError(`"precompressed" is an array of ${known}, or false for none, not ${show(given)}.`);
  }
  const unknown = given.findIndex((coding) => !PRECOMPRESSED_CODINGS.includes(coding));
  if (unknown === -1) return given;
  throw new TypeError(`"precompressed" lists ${known}, not ${show(given[unknown])}.`);
}
