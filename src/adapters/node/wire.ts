import { type IncomingMessage, ServerResponse, STATUS_CODES } from "node:http";
import { Socket } from "node:net";
import { Writable } from "node:stream";
import type { Answer } from "../../serve/answer.ts";
import type { FieldLine } from "../../http/request-fields.ts";
import type { NodeRequest, NodeResponse } from "./handler.ts";

const KEPT_FIELDS: unique symbol = findKeptFields() as never;

/** The fields of a head as Node keeps them, by lower-case name: loggers ask for them by `getHeader`. */
type KeptFields = Record<string, [name: string, value: string | string[]]>;

/**
 * What `node:http` keeps of a response's head. It is no public interface, so its effect is tried out before it is relied
 * on: see `isUnderstood`.
 */
interface Internals {
  [KEPT_FIELDS]: KeptFields | null;
  _header: string | null;
  _headerSent: boolean;
  readonly _keepAliveTimeout?: number;
  readonly _maxRequestsPerSocket?: number;
  readonly _removedConnection?: boolean;
}

type RawResponse = ServerResponse & Internals;

/** What no line of a head may hold: whoever can put one in can put in a line of his own. */
const FORBIDDEN = /[^\t\x20-\x7e\x80-\xff]/;

/** Up to this many bytes are copied behind their head; more go beside it, in the same call. */
const MOST_COPIED = 64 * 1024;

/**
 * Sends a whole HTTP/1.1 answer as one prepared piece, past the building of its head, which is most of what `node:http`
 * spends on a small file.
 *
 * @returns false where the response isn't as Node made it, or Node isn't one that is understood: then nothing was done
 */
export function sendWire(request: NodeRequest, response: NodeResponse, answer: Answer): boolean {
  if (request.method === "HEAD" || !isPristine(request, response) || !isUnderstood()) return false;
  const poweredBy = poweredByOf(response);
  const wire =
    poweredBy === undefined ? undefined : toWire(answer, response._keepAliveTimeout ?? 0, poweredBy);
  if (wire === undefined) return false;
  response.statusCode = answer.head.status;
  wire.send(response, response.socket);
  return true;
}

/** A response that nobody has touched, whose turn it is, of an HTTP/1.1 request on a connection that stays open. */
function isPristine(
  request: NodeRequest,
  response: NodeResponse,
): response is RawResponse & { readonly socket: Socket } {
  return (
    response instanceof ServerResponse &&
    response.shouldKeepAlive &&
    request.httpVersion === "1.1" &&
    response.socket instanceof Socket &&
    !response.headersSent &&
    !response.writableEnded &&
    response.end === ServerResponse.prototype.end &&
    response.write === ServerResponse.prototype.write &&
    response.writeHead === ServerResponse.prototype.writeHead &&
    response.statusMessage === undefined &&
    (response as Partial<RawResponse>)._maxRequestsPerSocket === 0 &&
    (response as Partial<RawResponse>)._removedConnection === false
  );
}

/** The one field that Express sets before anybody is asked; "" without it, undefined where there are others. */
function poweredByOf(response: RawResponse): string | undefined {
  const given = response.getHeaderNames();
  if (given.length === 0) return "";
  return given.length === 1 && given[0] === "x-powered-by"
    ? String(response.getHeader("x-powered-by"))
    : undefined;
}

/** The wire of an answer: the one of an earlier second, where there is one that can be dated anew. */
function toWire(answer: Answer, keepAlive: number, poweredBy: string): Wire | undefined {
  const { prepared } = answer;
  const before = prepared?.form;
  if (before instanceof Wire && before.becomes(answer, keepAlive, poweredBy)) return before;
  const head = formatHead(answer, keepAlive, poweredBy);
  if (head === undefined) return undefined;
  // The memory in front of a content is lent once: another wire may still be on its way from there.
  const wire = new Wire(answer, head, { keepAlive, poweredBy, mayUseRoom: before === undefined });
  if (prepared !== undefined) prepared.form = wire;
  return wire;
}

/** Undefined for a field that can't be sent: Node's own way then says so. */
function formatHead(
  { head: { status, fields } }: Answer,
  keepAlive: number,
  poweredBy: string,
): string | undefined {
  if (fields.some(([name, value]) => FORBIDDEN.test(name) || FORBIDDEN.test(value))) return undefined;
  const own = fields.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const others = poweredBy === "" ? "" : `X-Powered-By: ${poweredBy}\r\n`;
  const seconds = Math.floor(keepAlive / 1000);
  const timeout = seconds > 0 ? `Keep-Alive: timeout=${seconds}\r\n` : "";
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${others}${own}Connection: keep-alive\r\n${timeout}\r\n`;
}

function toKeptFields(fields: readonly FieldLine[], poweredBy: string): KeptFields {
  const kept = Object.create(null) as KeptFields;
  if (poweredBy !== "") kept["x-powered-by"] = ["X-Powered-By", poweredBy];
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    const before = kept[key];
    kept[key] = before === undefined ? [name, value] : [before[0], [before[1], value].flat()];
  }
  return kept;
}

const DATE = "\r\nDate: ";

interface Others {
  /** What the head tells of the connection. Milliseconds. */
  readonly keepAlive: number;
  readonly poweredBy: string;
}

/** Head and content as they go over the wire. */
class Wire {
  readonly #keepAlive: number;
  readonly #poweredBy: string;
  /** Where the date stands: in the head, and in the list of its fields. */
  readonly #dateAt: number;
  readonly #dateIndex: number;
  /** The head, with the content behind it or without. */
  readonly #whole: Buffer;
  /** A content that is too long to be copied behind the head. */
  readonly #beside: Uint8Array | undefined;
  /** As it was at first: Node only asks whether there is one. */
  readonly #head: string;
  readonly #fields: KeptFields;
  #date: string | undefined;
  /** Whether a slow connection may still read from its memory. */
  #isOnItsWay = false;

  constructor(
    answer: Answer,
    head: string,
    { keepAlive, poweredBy, mayUseRoom }: Others & { readonly mayUseRoom: boolean },
  ) {
    this.#keepAlive = keepAlive;
    this.#poweredBy = poweredBy;
    this.#head = head;
    const { fields } = answer.head;
    this.#fields = toKeptFields(fields, poweredBy);
    this.#dateIndex = fields.findIndex(([name]) => name === "Date");
    this.#date = fields[this.#dateIndex]?.[1];
    this.#dateAt = head.indexOf(DATE) + DATE.length;
    const { delivery } = answer;
    const content = delivery.kind === "bytes" ? delivery.bytes : new Uint8Array();
    const room = mayUseRoom && delivery.kind === "bytes" ? (delivery.room ?? 0) : 0;
    this.#whole = head.length <= room ? inRoom(head, content) : copied(head, content);
    this.#beside = this.#whole.length === head.length && content.length > 0 ? content : undefined;
  }

  /** Becomes the wire of an answer that differs from its own in its date alone; false where that can't be done. */
  becomes(answer: Answer, keepAlive: number, poweredBy: string): boolean {
    if (keepAlive !== this.#keepAlive || poweredBy !== this.#poweredBy) return false;
    const date = answer.head.fields[this.#dateIndex]?.[1];
    if (date === this.#date) return true;
    if (this.#isOnItsWay || date === undefined || date.length !== this.#date?.length) return false;
    this.#whole.write(date, this.#dateAt, "latin1");
    this.#fields["date"] = ["Date", date];
    this.#date = date;
    return true;
  }

  send(response: RawResponse, socket: Pick<Socket, "cork" | "write" | "uncork" | "writableLength">): void {
    response[KEPT_FIELDS] = this.#fields;
    response._header = this.#head;
    response._headerSent = true;
    if (this.#beside === undefined) socket.write(this.#whole);
    else {
      socket.cork();
      socket.write(this.#whole);
      socket.write(this.#beside);
      socket.uncork();
    }
    if (socket.writableLength > 0) this.#isOnItsWay = true;
    response.end();
  }
}

function inRoom(head: string, content: Uint8Array): Buffer {
  const whole = Buffer.from(content.buffer, content.byteOffset - head.length, head.length + content.length);
  whole.write(head, "latin1");
  return whole;
}

function copied(head: string, content: Uint8Array): Buffer {
  const start = Buffer.from(head, "latin1");
  return content.length === 0 || content.length > MOST_COPIED ? start : Buffer.concat([start, content]);
}

let understood: boolean | undefined;

/** Whether this Node takes a head that was put in for one that it has sent: tried once, on a response to nobody. */
function isUnderstood(): boolean {
  understood ??= tryOut();
  return understood;
}

function tryOut(): boolean {
  try {
    let written = "";
    const response = toNobody();
    const sink = new Writable({
      write(chunk: Buffer, _, done) {
        written += chunk.toString("latin1");
        done();
      },
    });
    response.assignSocket(sink as Socket);
    const answer: Answer = {
      head: { status: 200, fields: [["X-Name", "value"]] },
      delivery: { kind: "bytes", bytes: new TextEncoder().encode("content") },
      judged: "full",
    };
    new Wire(answer, "head and ", { keepAlive: 0, poweredBy: "", mayUseRoom: true }).send(response, sink);
    const isSent = written === "head and content" && response.headersSent && response.writableEnded;
    return isSent && response.getHeader("x-name") === "value";
  } catch {
    return false;
  }
}

function toNobody(): RawResponse {
  const request = { method: "GET", httpVersionMajor: 1, httpVersionMinor: 1 };
  return new ServerResponse(request as IncomingMessage) as RawResponse;
}

/** The symbol under which this Node keeps the fields; one of its own, which then fails the trial, where it has none. */
function findKeptFields(): symbol {
  const symbols = Object.getOwnPropertySymbols(toNobody());
  return symbols.find(({ description }) => description === "kOutHeaders") ?? Symbol("unknown");
}
