// What encodeURIComponent leaves as it is, though it is no attr-char.
const NOT_ATTR_CHARS = /['()*]/g;

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
