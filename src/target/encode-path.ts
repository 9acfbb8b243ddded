// encodeURIComponent leaves these as they are; quotes and brackets end a URL where it stands in HTML, CSS or Markdown.
const LEFT_UNENCODED = /[!'()*]/g;

/**
 * Percent-encodes each segment of a decoded relative path, for a URL's path or a relative reference.
 *
 * A colon is encoded too: in a first segment it would end a scheme, and a file named "javascript:…" would be a script
 * (RFC 3986 §4.2).
 *
 * @param path decoded segments joined by "/"
 * @throws {URIError} on a lone surrogate, which no `TargetPath` holds
 */
export function encodePath(path: string): string {
  return path.split("/").map(encodeSegment).join("/");
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(LEFT_UNENCODED, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
