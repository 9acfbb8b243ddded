import type { Socket } from "node:net";

/** What is used of Node's parser of HTTP/1. None of it is public, so each part is looked for before it is used. */
interface Parser {
  /** The packet that was parsed last; for this turn of the event loop only. */
  getCurrentBuffer(): Buffer;
}

/** A request line that names no version. @see RFC 1945 §4.1 for the "Simple-Request" of HTTP/0.9 */
const WITHOUT_VERSION = /^[A-Z]+ +[^\r\n ]+ *\r?\n/;

/**
 * Calls back for a connection that begins with a request of HTTP/0.9, which is a single line. Node's parser takes it for a
 * request whose fields are still to come, and would wait for them until the time for a head is over.
 *
 * Only the first packet is looked at: a client of HTTP/0.9 sends one request a connection, and a line that comes in pieces is
 * still ended by that time.
 */
export function onSimpleRequest(socket: Socket, onFound: () => void): void {
  const parser: unknown = Reflect.get(socket, "parser");
  if (!isParser(parser)) return;
  const key: unknown = Reflect.get(parser.constructor, "kOnExecute");
  if (typeof key !== "number") return;
  const onExecute: unknown = Reflect.get(parser, key);
  if (typeof onExecute !== "function") return;
  Reflect.set(parser, key, (result: unknown) => {
    Reflect.set(parser, key, onExecute);
    const isSimple = typeof result === "number" && WITHOUT_VERSION.test(startOf(parser));
    Reflect.apply(onExecute, undefined, [result]);
    if (isSimple) onFound();
  });
}

/** As much as the longest line that Node reads. */
const LONGEST_LINE = 16 * 1024;

function startOf(parser: Parser): string {
  return parser.getCurrentBuffer().toString("latin1", 0, LONGEST_LINE);
}

function isParser(value: unknown): value is Parser {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof Reflect.get(value, "getCurrentBuffer") === "function"
  );
}
