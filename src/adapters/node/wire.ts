import { type IncomingMessage, ServerResponse, STATUS_CODES } from "node:http";
import { Socket } from "node:net";
import { Writable } from "node:stream";
import type { Answer } from "../../serve/answer.ts";
import type { NodeRequest, NodeResponse } from "./handler.ts";

/**
 * What `node:http` keeps of a response's head. It is no public interface, so its effect is tried out before it is relied
 * on: see `isUnderstood`.
 */
interface Internals {
  _header: string | null;
  _headerSent: boolean;
  readonly _keepAliveTimeout?: number;
  readonly _maxRequestsPerSocket?: number;
}

type RawResponse = ServerResponse & Internals;

/** Head and content as they go over the wire, with the keep-alive that the head tells. */
interface Wire {
  /** Milliseconds. */
  readonly keepAlive: number;
  readonly head: string;
  readonly whole: Buffer;
}

/** The answers of the present second are the same objects for everyone, so each is written out once. */
const wires = new WeakMap<Answer, Wire>();

/** What no line of a head may hold: whoever can put one in can put in a line of his own. */
const FORBIDDEN = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * Sends a whole HTTP/1.1 answer as one prepared piece, past the building of its head, which is most of what `node:http`
 * spends on a small file.
 *
 * @returns false where the response isn't as Node made it, or Node isn't one that is understood: then nothing was done
 */
export function sendWire(request: NodeRequest, response: NodeResponse, answer: Answer): boolean {
  if (request.method === "HEAD" || !isPristine(request, response) || !isUnderstood()) return false;
  const wire = toWire(answer, response._keepAliveTimeout ?? 0);
  if (wire === undefined) return false;
  response.statusCode = answer.head.status;
  send(response, wire.head, wire.whole);
  return true;
}

function send(response: RawResponse, head: string, whole: Buffer): void {
  response._header = head;
  response._headerSent = true;
  response.socket?.write(whole);
  response.end();
}

/** A response that nobody has touched, whose turn it is, of an HTTP/1.1 request on a connection that stays open. */
function isPristine(request: NodeRequest, response: NodeResponse): response is RawResponse {
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
    response.getHeaderNames().length === 0 &&
    (response as Partial<RawResponse>)._maxRequestsPerSocket === 0
  );
}

function toWire(answer: Answer, keepAlive: number): Wire | undefined {
  const known = wires.get(answer);
  if (known !== undefined && known.keepAlive === keepAlive) return known;
  const head = formatHead(answer, keepAlive);
  if (head === undefined) return undefined;
  const { delivery } = answer;
  const start = Buffer.from(head, "latin1");
  const whole = delivery.kind === "bytes" ? Buffer.concat([start, delivery.bytes]) : start;
  const wire = { keepAlive, head, whole };
  wires.set(answer, wire);
  return wire;
}

/** Undefined for a field that can't be sent: Node's own way then says so. */
function formatHead({ head: { status, fields } }: Answer, keepAlive: number): string | undefined {
  if (fields.some(([name, value]) => FORBIDDEN.test(name) || FORBIDDEN.test(value))) return undefined;
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const seconds = Math.floor(keepAlive / 1000);
  const timeout = seconds > 0 ? `Keep-Alive: timeout=${seconds}\r\n` : "";
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines}Connection: keep-alive\r\n${timeout}\r\n`;
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
    const response = new ServerResponse({
      method: "GET",
      httpVersionMajor: 1,
      httpVersionMinor: 1,
    } as IncomingMessage) as RawResponse;
    const sink = new Writable({
      write(chunk: Buffer, _, done) {
        written += chunk.toString("latin1");
        done();
      },
    });
    response.assignSocket(sink as Socket);
    send(response, "head", Buffer.from("head and content"));
    return written === "head and content" && response.headersSent && response.writableEnded;
  } catch {
    return false;
  }
}
