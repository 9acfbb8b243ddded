/** Bytes of a header, and what everything in the archive is rounded up to. */
export const BLOCK = 512;

/** What a header tells. @see POSIX.1-2024, pax, "ustar Interchange Format" */
export interface TarHeader {
  /** As bytes: whether they are UTF-8 is for whoever takes them for a name. */
  readonly name: Uint8Array;
  /** Bytes of what follows the header. */
  readonly length: number;
  /** Seconds since the epoch; undefined where it tells none. */
  readonly modified: number | undefined;
  /** `"0"` for a file, `"5"` for a folder, … */
  readonly type: string;
  /** The name that a link leads to. */
  readonly linkName: Uint8Array;
}

const SLASH = 0x2f;

/**
 * Reads a header.
 *
 * @param block 512 bytes
 * @returns undefined for the block of zeros that ends an archive
 * @throws Error that says what is wrong with it
 */
export function parseTarHeader(block: Uint8Array): TarHeader | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  if (parseNumber(block.subarray(148, 156)) !== checksum(block)) {
    throw new Error(
      "A header is broken, or this is no tar archive. One that is compressed (.tar.gz) isn't: decompress it.",
    );
  }
  const length = parseNumber(block.subarray(124, 136));
  if (length === undefined) throw new Error("A header tells no length.");
  return {
    name: nameOf(block),
    length,
    modified: parseNumber(block.subarray(136, 148)),
    type: String.fromCharCode(block[156] ?? 0).replace("\0", "0"),
    linkName: untilZero(block.subarray(157, 257)),
  };
}

/** The front of a long name stands apart from it; where GNU's own format has other things in its place. */
function nameOf(block: Uint8Array): Uint8Array {
  const name = untilZero(block.subarray(0, 100));
  const prefix = untilZero(block.subarray(345, 500));
  const isUstar = latin1(block.subarray(257, 263)) === "ustar\0";
  return isUstar && prefix.length > 0 ? Uint8Array.of(...prefix, SLASH, ...name) : name;
}

/** All bytes together, those of the checksum itself as spaces. */
function checksum(block: Uint8Array): number {
  return sum(block) - sum(block.subarray(148, 156)) + 8 * 0x20;
}

function sum(bytes: Uint8Array): number {
  return bytes.reduce((total, byte) => total + byte, 0);
}

/**
 * A number in octal digits, between spaces and zeros; or, where that is too small, in binary behind a byte of 0x80.
 *
 * @returns undefined for what is neither, and for more than can be counted with
 */
function parseNumber(field: Uint8Array): number | undefined {
  const [first = 0, ...others] = field;
  const digits = /^ *([0-7]+)[ \0]*$/.exec(latin1(field))?.[1];
  const number =
    first === 0x80 ? others.reduce((value, byte) => value * 256 + byte, 0) : Number.parseInt(digits ?? "", 8);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** Up to the first zero, which a name that fills its field lacks. */
export function untilZero(field: Uint8Array): Uint8Array {
  const end = field.indexOf(0);
  return end === -1 ? field : field.subarray(0, end);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
