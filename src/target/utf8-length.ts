// A UTF-16 code unit takes at most 3 bytes: the 4 of a supplementary character are shared by two units.
const MOST_BYTES_PER_UNIT = 3;

/** Whether `text` takes more than `limit` bytes in UTF-8, which is how file systems count a name. */
export function exceedsUtf8Length(text: string, limit: number): boolean {
  if (text.length * MOST_BYTES_PER_UNIT <= limit) return false;
  return text.length > limit || utf8Length(text) > limit;
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += characterLength(character.codePointAt(0) ?? 0);
  return bytes;
}

function characterLength(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
