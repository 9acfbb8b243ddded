// What encodeURIComponent leaves as it is, though it is no attr-char.
const NOT_ATTR_CHARS = /['()*]/g;

// Charset, language (which nobody uses), and the value.
const EXTENDED_VALUE =
  /^([A-Za-z0-9!#$%&+\-^_`{}~]+)'[A-Za-z0-9-]*'((?:[A-Za-z0-9!#$&+\-.^_`|~]|%[0-9A-Fa-f]{2})*)$/;
const ESCAPE = /%([0-9A-Fa-f]{2})/g;

/**
 * `text` as an extended parameter value: `UTF-8''na%C3%AFve`. It is to have no lone surrogates.
 *
 * @throws URIError where it does.
 * @see RFC 8187 §3.2
 */
export function formatExtendedValue(text: string): string {
  return `UTF-8''${encodeURIComponent(text).replaceAll(NOT_ATTR_CHARS, escapeCharacter)}`;
}

function escapeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** What an extended parameter value stands for, or undefined where it is malformed or of an unknown charset. */
export function parseExtendedValue(text: string): string | undefined {
  const [, charset = "", encoded = ""] = EXTENDED_VALUE.exec(text) ?? [];
  switch (charset.toLowerCase()) {
    case "utf-8":
      return decodeUtf8(encoded);
    case "iso-8859-1":
      return encoded.replaceAll(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    default:
      return undefined;
  }
}

function decodeUtf8(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
