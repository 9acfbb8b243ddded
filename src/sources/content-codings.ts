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
export function siblingName(name: string, { contentCoding }: Variant): string {
  return name + (EXTENSIONS.get(contentCoding) ?? "");
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
