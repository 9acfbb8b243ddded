import { connect, type Socket } from "node:net";

/** Milliseconds without a byte after which an answer is taken to have got stuck. */
const SILENCE = 30_000;

/** Field values by name; several for several lines. */
export type Fields = Readonly<Record<string, string | readonly string[]>>;

export interface RawRequest {
  readonly method?: string;
  readonly fields?: Fields;
}

/** The head of a response as it came over the wire. */
export class RawHead {
  readonly status: number;
  readonly lines: readonly (readonly [name: string, value: string])[];

  constructor(text: string) {
    const [first = "", ...lines] = text.split("\r\n");
    this.status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(`${first} `)?.[1]);
    if (Number.isNaN(this.status)) throw new Error(`This is no status line: ${JSON.stringify(first)}`);
    this.lines = lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    });
  }

  /** The value of a field, its lines joined; undefined where it isn't there. */
  field(name: string): string | undefined {
    const values = this.lines.filter(([other]) => other === name.toLowerCase()).map(([, value]) => value);
    return values.length === 0 ? undefined : values.join(", ");
  }
}

export interface RawResponse {
  readonly status: number;
  readonly head: RawHead;
  readonly field: (name: string) => string | undefined;
  readonly content: Buffer;
  /** The content, each byte as one character. */
  readonly text: string;
  /** Whether all came that Content-Length had promised. */
  readonly complete: boolean;
}

/** The text of a request, to the letter: nothing is escaped, resolved or left out. */
export function requestText(target: string, { method = "GET", fields = {} }: RawRequest = {}): string {
  const lines = Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().map((each) => `${name}: ${each}`),
  );
  return [`${method} ${target} HTTP/1.1`, "Host: localhost", ...lines, "", ""].join("\r\n");
}

/** A client that sends what it is told to, and takes from the connection only what it is asked for. */
export class RawConnection {
  readonly socket: Socket;
  readonly #chunks: AsyncIterator<Buffer>;
  #pending: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.socket = socket;
    this.#chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  static async open(port: number): Promise<RawConnection> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve).once("error", reject);
    });
    // A connection that the server breaks shows as its end.
    socket.on("error", () => undefined);
    return new RawConnection(socket);
  }

  /** Sends requests in one packet; characters up to U+00FF stand for bytes. */
  send(...requests: readonly string[]): void {
    this.socket.write(requests.join(""), "latin1");
  }

  /** Sends a request and reads its response. */
  async request(target: string, request: RawRequest = {}): Promise<RawResponse> {
    this.send(requestText(target, request));
    return this.response(request.method);
  }

  /** Reads the next response whole. */
  async response(method = "GET"): Promise<RawResponse> {
    const head = await this.head();
    const length = contentLength(head, method);
    const content = await this.read(length);
    const complete = content.length === length || length === Infinity;
    return {
      status: head.status,
      head,
      field: (name) => head.field(name),
      content,
      text: content.toString("latin1"),
      complete,
    };
  }

  /** Reads the head of the next response. @throws where the connection ends before */
  async head(): Promise<RawHead> {
    let text = this.#pending;
    let end = text.indexOf("\r\n\r\n");
    while (end === -1) {
      const more = await this.#more();
      if (more === undefined)
        throw new Error(`The connection ended in place of a head: ${text.toString("latin1")}`);
      text = Buffer.concat([text, more]);
      end = text.indexOf("\r\n\r\n");
    }
    this.#pending = text.subarray(end + 4);
    return new RawHead(text.toString("latin1", 0, end));
  }

  /** Reads so many bytes, or fewer where the connection ends before. */
  async read(count: number): Promise<Buffer> {
    const taken: Buffer[] = [];
    for (let left = count; left > 0;) {
      const chunk = this.#pending.length > 0 ? this.#pending : await this.#more();
      if (chunk === undefined) break;
      const part = chunk.subarray(0, Math.min(left, chunk.length));
      taken.push(part);
      this.#pending = chunk.subarray(part.length);
      left -= part.length;
    }
    return Buffer.concat(taken);
  }

  close(): void {
    this.socket.destroy();
  }

  async #more(): Promise<Buffer | undefined> {
    this.socket.setTimeout(SILENCE, () => this.socket.destroy(new Error(`nothing came for ${SILENCE} ms`)));
    try {
      const next = await this.#chunks.next();
      return next.done === true ? undefined : next.value;
    } catch (error) {
      if (error instanceof Error && error.message.startsWith("nothing came")) throw error;
      return undefined;
    } finally {
      this.socket.setTimeout(0);
      this.socket.removeAllListeners("timeout");
    }
  }
}

/** How many bytes of content follow a head; Infinity for all until the end. @see RFC 9112 §6.3 */
function contentLength(head: RawHead, method: string): number {
  if (method === "HEAD" || head.status === 204 || head.status === 304) return 0;
  if (head.field("transfer-encoding") !== undefined)
    throw new Error("A length was to be told, but content came in chunks.");
  return Number(head.field("content-length") ?? Infinity);
}

/** One request on a connection of its own. */
export async function request(port: number, target: string, request: RawRequest = {}): Promise<RawResponse> {
  const connection = await RawConnection.open(port);
  try {
    return await connection.request(target, request);
  } finally {
    connection.close();
  }
}

/** Sends bytes as they are, on a connection of its own, and reads one response to its end, whatever its version of HTTP. */
export async function exchange(port: number, bytes: string): Promise<{ status: number; text: string }> {
  const connection = await RawConnection.open(port);
  try {
    connection.send(bytes);
    const all = (await connection.read(Infinity)).toString("latin1");
    const status = Number(/^HTTP\/1\.[01] (\d{3}) /.exec(all)?.[1]);
    return { status, text: all.slice(all.indexOf("\r\n\r\n") + 4) };
  } finally {
    connection.close();
  }
}
