/**
 * The lexical pieces that many fields share: OWS, tokens, quoted-strings.
 *
 * Everything here walks its input once. A regular expression such as `/[ \t]+$/` would be quadratic over a
 * field value of spaces, and a peer chooses that value.
 *
 * @see RFC 9110 §5.6
 */

const TAB = 0x09;
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const DELETE = 0x7f;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** `text` without the spaces and tabs around it. @see RFC 9110 §5.6.3 */
export function trimOptionalWhitespace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isOptionalWhitespace(text.charCodeAt(start))) start++;
  while (end > start && isOptionalWhitespace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isOptionalWhitespace(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** Whether the whole of `text` is one token. @see RFC 9110 §5.6.2 */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/**
 * Cuts `text` at each `separator` that stands outside a quoted-string. A quoted-string that nothing closes
 * reaches to the end of the text. The pieces keep their whitespace, and empty ones are kept too.
 */
export function splitOutsideQuotes(text: string, separator: "," | ";"): readonly string[] {
  if (!text.includes('"')) return text.split(separator);

  const separatorCode = separator.charCodeAt(0);
  const pieces: string[] = [];
  let pieceStart = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) quoted = !quoted;
    else if (code === BACKSLASH && quoted) index++;
    else if (code === separatorCode && !quoted) {
      pieces.push(text.slice(pieceStart, index));
      pieceStart = index + 1;
    }
  }
  pieces.push(text.slice(pieceStart));
  return pieces;
}

/**
 * What a quoted-string stands for, or undefined where `text` isn't exactly one.
 *
 * @see RFC 9110 §5.6.4
 */
export function unquote(text: string): string | undefined {
  const last = text.length - 1;
  if (last < 1 || text.charCodeAt(0) !== QUOTE || text.charCodeAt(last) !== QUOTE) return undefined;

  let value = "";
  let runStart = 1;
  for (let index = 1; index < last; index++) {
    let code = text.charCodeAt(index);
    if (code === QUOTE) return undefined;
    if (code === BACKSLASH) {
      value += text.slice(runStart, index);
      runStart = ++index;
      // The closing quote is itself escaped: the string never ends.
      if (index === last) return undefined;
      code = text.charCodeAt(index);
    }
    if (isControl(code)) return undefined;
  }
  return value + text.slice(runStart, last);
}

function isControl(code: number): boolean {
  return (code < SPACE && code !== TAB) || code === DELETE;
}

/** `text` as a quoted-string. The caller has made sure that it holds no control character but tabs. */
export function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/**
 * The name (lower-cased) and value of `name=value`, the value a token or a quoted-string; undefined where it
 * is neither. Whitespace around the `=` is put up with: some fields' grammars allow it, and others' senders
 * write it all the same.
 *
 * @see RFC 9110 §5.6.6
 */
export function parseParameter(text: string): readonly [name: string, value: string] | undefined {
  const equals = text.indexOf("=");
  if (equals === -1) return undefined;
  const name = trimOptionalWhitespace(text.slice(0, equals));
  const written = trimOptionalWhitespace(text.slice(equals + 1));
  const value = isToken(written) ? written : unquote(written);
  return isToken(name) && value !== undefined ? [name.toLowerCase(), value] : undefined;
}
