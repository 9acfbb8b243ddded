const SPACE = 0x20;
const EQUALS = 0x3d;
const NEWLINE = 0x0a;

/** More digits than the longest length has that a list is read of. */
const MOST_DIGITS = 10;

/**
 * Reads the records of an extended header, such as `30 mtime=1710064800.123456789\n`, by their keyword; of two with one
 * keyword, the later.
 *
 * @throws Error for what is no list of records
 * @see POSIX.1-2024, pax, "pax Extended Header"
 */
export function parsePaxRecords(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const records = new Map<string, Uint8Array>();
  for (let start = 0; start < bytes.length;) {
    const space = bytes.subarray(start, start + MOST_DIGITS).indexOf(SPACE);
    const digits = space === -1 ? "" : text(bytes.subarray(start, start + space));
    const end = start + (/^[1-9][0-9]*$/.test(digits) ? Number(digits) : Number.NaN);
    const record = bytes.subarray(start + space + 1, end - 1);
    const equals = record.indexOf(EQUALS);
    if (!(end <= bytes.length) || equals < 1 || bytes[end - 1] !== NEWLINE) {
      throw new Error("An extended header can't be read.");
    }
    records.set(text(record.subarray(0, equals)), record.subarray(equals + 1));
    start = end;
  }
  return records;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}
