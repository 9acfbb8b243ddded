import { type IncomingMessage, request as askPlain } from "node:http";
import { request as askSecure } from "node:https";
import { systemCode } from "../errors.ts";

/** A field of a request, by its name. */
export type Fields = Readonly<Record<string, string>>;

export interface Question {
  readonly method: "GET" | "HEAD";
  readonly fields: Fields;
}

export interface Reply {
  readonly status: number;
  /** By lower-case name, the lines of each joined. */
  readonly fields: ReadonlyMap<string, string>;
  /** The first bytes of the content, all of them where there aren't more than `MOST_READ`. */
  readonly content: Buffer;
  /** Whether the connection broke before the content's end. */
  readonly broken: boolean;
}

/** Of a larger content the beginning is enough. Bytes. */
export const MOST_READ: number = 4 * 1024 * 1024;

/** Longer than an answer takes that anyone would wait for. Milliseconds. */
const PATIENCE = 15_000;

/** Nobody has answered, for a reason. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

/** Asks once, on a connection of its own. @throws NoAnswer */
export function ask(url: URL, { method, fields }: Question): Promise<Reply> {
  const send = url.protocol === "https:" ? askSecure : askPlain;
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(PATIENCE);
    const sent = send(url, { method, headers: fields, agent: false, signal }, (response) => {
      read(response).then(resolve, reject);
    });
    sent.on("error", (error) =>
      reject(new NoAnswer(signal.aborted ? `nothing came for ${PATIENCE / 1000} s` : systemCode(error))),
    );
    sent.end();
  });
}

async function read(response: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  let length = 0;
  let broken = false;
  try {
    for await (const chunk of response) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MOST_READ) break;
    }
  } catch {
    broken = true;
  }
  response.destroy();
  const content = Buffer.concat(chunks).subarray(0, MOST_READ);
  return { status: response.statusCode ?? 0, fields: toFields(response), content, broken };
}

function toFields({ rawHeaders }: IncomingMessage): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? "";
    const value = rawHeaders[index + 1] ?? "";
    const before = fields.get(name);
    fields.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return fields;
}
