import { splitFieldList } from "./field-list.ts";
import { isQuotable, isToken, parseParameter, quote } from "./field-syntax.ts";

/** A directive's argument: text, a number of seconds, or `true` for none. */
type Argument = string | number | true;

// Their argument is itself a list of field names, and a sender ought not to give it as a token.
// RFC 9111 §5.2.2.4, §5.2.2.7
const QUOTED_DIRECTIVES: ReadonlySet<string> = new Set(["no-cache", "private"]);

/**
 * The directives of a Cache-Control field by lower-cased name, each with its argument, or `true` where it has
 * none. The first of several with the same name counts; what isn't a directive is as if it weren't there.
 *
 * @see RFC 9111 §5.2, §4.2.1
 */
export function parseCacheControl(text: string): ReadonlyMap<string, string | true> {
  const directives = new Map<string, string | true>();
  for (const element of splitFieldList(text)) {
    const directive = parseDirective(element);
    if (directive !== undefined && !directives.has(directive[0])) directives.set(...directive);
  }
  return directives;
}

function parseDirective(text: string): readonly [name: string, argument: string | true] | undefined {
  return isToken(text) ? [text.toLowerCase(), true] : parseParameter(text);
}

/**
 * The directives as a field value, in their order: `max-age=60, immutable`.
 *
 * @throws TypeError where a name isn't a token, or an argument can't stand in a field.
 */
export function formatCacheControl(directives: Iterable<readonly [string, Argument]>): string {
  return Array.from(directives, ([name, argument]) => formatDirective(name, argument)).join(", ");
}

function formatDirective(name: string, argument: Argument): string {
  if (!isToken(name)) {
    throw new TypeError(`A Cache-Control directive's name is a token, such as "max-age"; got ${show(name)}.`);
  }
  if (argument === true) return name;
  return `${name}=${typeof argument === "number" ? formatSeconds(name, argument) : formatText(name, argument)}`;
}

function formatSeconds(name: string, seconds: number): string {
  if (!Number.isSafeInteger(seconds) || seconds < 0) {
    throw new TypeError(
      `Cache-Control's "${name}" takes a whole number of seconds from 0 up; got ${seconds}.`,
    );
  }
  return String(seconds);
}

function formatText(name: string, text: string): string {
  if (!isQuotable(text)) {
    throw new TypeError(
      `Cache-Control's "${name}" takes text without control characters; got ${show(text)}.`,
    );
  }
  return isToken(text) && !QUOTED_DIRECTIVES.has(name.toLowerCase()) ? text : quote(text);
}

function show(text: string): string {
  return JSON.stringify(text);
}
