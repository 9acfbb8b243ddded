import { STATUS_CODES } from "node:http";

/** What an error that stet's own handler never sees says: its status, for a person. */
export interface BareError {
  readonly fields: Readonly<Record<string, string | number>>;
  readonly content: string;
}

/** An error of the protocol itself, after which the server reads nothing more from the connection. */
export type ProtocolStatus = 400 | 405 | 408 | 413 | 414 | 431 | 501 | 505;

export function toBareError(status: ProtocolStatus): BareError {
  const content = `${STATUS_CODES[status]}\n`;
  return {
    fields: {
      "Cache-Control": "no-store",
      "Content-Type": "text/plain; charset=utf-8",
      "Content-Length": content.length,
      // @see RFC 9110 §15.5.6
      ...(status === 405 && { Allow: "GET, HEAD, OPTIONS" }),
    },
    content,
  };
}

/** The same as bytes of HTTP/1.1, for a connection on which there is no request to respond to. */
export function formatBareError(status: ProtocolStatus, now: Date): string {
  const { fields, content } = toBareError(status);
  const lines = Object.entries({ Date: now.toUTCString(), ...fields, Connection: "close" }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${content}`;
}
