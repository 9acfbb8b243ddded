const NEEDS_DECODING = /[%\u0080-\u00FF]/;
const RAW_BYTE = /[\u0080-\u00FF]/g;

/**
 * Decodes one segment of a request target: percent-escapes once, then strict UTF-8.
 *
 * @param raw characters up to U+00FF, as Node's `req.url` gives them: one above U+007F stands for a raw byte, which some
 *   clients send in place of its escape.
 * @returns the text, or `undefined` where an escape is malformed or the bytes are not UTF-8 (an overlong form, a
 *   surrogate, a code point above U+10FFFF, a truncated sequence).
 */
export function decodeSegment(raw: string): string | undefined {
  if (!NEEDS_DECODING.test(raw)) return raw;
  try {
    // The language defines this as strict (ECMA-262 §19.2.6.5): no overlong "%C0%AE" becomes a dot, nothing is replaced
    // by U+FFFD, and no byte order mark is dropped.
    return decodeURIComponent(raw.replace(RAW_BYTE, escapeByte));
  } catch {
    return undefined;
  }
}

function escapeByte(character: string): string {
  return `%${character.charCodeAt(0).toString(16)}`;
}
