/** The content codings that a precompressed sibling may have. */
export type PrecompressedCoding = "br" | "zstd" | "gzip";

/** The sibling's extension for each coding, the smallest result first. */
export const SIBLING_EXTENSION: Readonly<Record<PrecompressedCoding, string>> = {
  br: ".br",
  zstd: ".zst",
  gzip: ".gz",
};

export const PRECOMPRESSED_CODINGS: readonly PrecompressedCoding[] = ["br", "zstd", "gzip"];
