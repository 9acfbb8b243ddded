interface Modified {
  /** Milliseconds since the epoch, with fractions. */
  readonly mtimeMs: number;
}

/** What a time loses when a program copies it as a floating-point number of seconds. Milliseconds. */
const ROUNDING = 0.002;

/**
 * Whether a precompressed sibling was last modified before its file. Equal times are fine: `gzip`, `cp -p`, `tar` and
 * reproducible builds give both the same one. So is the file's time cut to seconds, milliseconds or microseconds, since some
 * compressors copy it so.
 */
export function isOlder(sibling: Modified, file: Modified): boolean {
  const older = file.mtimeMs - sibling.mtimeMs;
  const step = [1000, 1].find((step) => isMultiple(sibling.mtimeMs, step)) ?? 0;
  return older >= step + (step === 0 ? ROUNDING : -ROUNDING);
}

function isMultiple(time: number, step: number): boolean {
  return Math.abs(time - Math.round(time / step) * step) <= ROUNDING;
}

/** What is said of a sibling that is older than its file. */
export function olderMessage(sibling: string, file: string): string {
  return `${JSON.stringify(sibling)} is older than ${JSON.stringify(file)}, so it is not sent: compress the file again. If the two belong together, keep their times when you copy them, or give both the same one with touch.`;
}

/** What is said of a sibling that states another length than its file has. */
export function otherLengthMessage(sibling: string, stated: number, file: string, length: number): string {
  return `${JSON.stringify(sibling)} holds ${stated} bytes uncompressed, but ${JSON.stringify(file)} has ${length}, so it is not sent: compress the file again, or rename one of the two.`;
}

/** Fills memory from a position on; false if there are fewer bytes. */
type Fill = (into: Uint8Array, position: number) => Promise<boolean>;

/**
 * The length that a compressed file states of its content: gzip in its last four bytes, modulo 2^32, zstd mostly in its first
 * frame. Undefined if it states none, or isn't in that format.
 *
 * A file of several gzip members or zstd frames mostly states the length of one of them, so it doesn't fit. Browsers decode only
 * the first gzip member anyway.
 *
 * @param size of the compressed file, in bytes
 * @see RFC 1952 §2.3.1, RFC 8878 §3.1.1.1
 */
export function statedLengthOf(
  coding: "gzip" | "zstd",
  size: number,
  fill: Fill,
): Promise<number | undefined> {
  return coding === "gzip" ? lengthInGzip(size, fill) : lengthInZstd(size, fill);
}

/** Of the smallest gzip file, which holds nothing. Bytes. */
const SHORTEST_GZIP = 20;

/** Of a gzip file that holds nothing, with a file name in its header. A longer one that ends in zeros is padded with them. */
const LONGEST_EMPTY_GZIP = 300;

async function lengthInGzip(size: number, fill: Fill): Promise<number | undefined> {
  const [start, end] = [new Uint8Array(4), new Uint8Array(4)];
  if (size < SHORTEST_GZIP || !(await fill(start, 0)) || !(await fill(end, size - 4))) return undefined;
  const [id1, id2, method, flags = 0] = start;
  const isGzip = id1 === 0x1f && id2 === 0x8b && method === 8 && (flags & 0xe0) === 0;
  const length = new DataView(end.buffer).getUint32(0, true);
  return isGzip && (length > 0 || size <= LONGEST_EMPTY_GZIP) ? length : undefined;
}

const ZSTD = 0xfd_2f_b5_28;

/** The magic number, the descriptor and all that it can announce. Bytes. */
const LONGEST_ZSTD_HEADER = 18;

/** Bytes of the dictionary's number, by the last two bits of the descriptor. */
const DICTIONARY_SIZES = [0, 1, 2, 4] as const;

async function lengthInZstd(size: number, fill: Fill): Promise<number | undefined> {
  const header = new Uint8Array(Math.min(size, LONGEST_ZSTD_HEADER));
  if (header.length < 6 || !(await fill(header, 0))) return undefined;
  const view = new DataView(new Uint8Array([...header, ...new Uint8Array(LONGEST_ZSTD_HEADER)]).buffer);
  if (view.getUint32(0, true) !== ZSTD) return undefined;
  const descriptor = view.getUint8(4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const position = 5 + (isSingleSegment ? 0 : 1) + (DICTIONARY_SIZES[descriptor & 3] ?? 0);
  switch (descriptor >> 6) {
    case 0:
      return isSingleSegment ? view.getUint8(position) : undefined;
    case 1:
      return view.getUint16(position, true) + 256;
    case 2:
      return view.getUint32(position, true);
    default:
      return Number(view.getBigUint64(position, true));
  }
}
