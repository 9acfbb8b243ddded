import type { Variant } from "../decision/representation.ts";

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
