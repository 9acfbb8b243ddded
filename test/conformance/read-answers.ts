import { connect, type Socket } from "node:net";

/** Milliseconds without a byte after which a server is taken to wait for something. */
const SILENCE = 20_000;

/** What came over the wire in answer to one request, read by RFC 9112 alone. */
export interface WireAnswer {
  readonly version: string;
  readonly status: number;
  readonly lines: readonly (readonly [name: string, value: string])[];
  readonly content: Buffer;
  /** How the end of the content was told. */
  readonly framing: "none" | "length" | "chunked" | "close";
}

export interface WireAnswers {
  /** The final answers, in order. */
  readonly answers: readonly WireAnswer[];
  /** Whether the server closed the connection, or said that it would. */
  readonly closed: boolean;
  /** What breaks the grammar, or comes where nothing may. */
  readonly malformed: readonly string[];
}

/**
 * Sends bytes as they are, and reads what comes until there are as many final answers as there were requests, or the server
 * closes the connection.
 *
 * @param methods of the requests, in order: an answer to HEAD has no content
 */
export async function readAnswers(
  port: number,
  bytes: string,
  methods: readonly string[],
): Promise<WireAnswers> {
  const socket = connect({ port, host: "127.0.0.1" });
  const reader = new Reader(socket);
  const answers: WireAnswer[] = [];
  const malformed: string[] = [];
  let closed = false;
  try {
    socket.write(bytes, "latin1");
    for (const method of methods) {
      const answer = await finalAnswer(reader, method, malformed);
      if (answer !== undefined) answers.push(answer);
      closed = answer === undefined || announcesEnd(answer);
      if (closed) break;
    }
    // After an answer that is the last, there is nothing but the end.
    if (closed && (await reader.more())) malformed.push("bytes after the last answer");
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    malformed.push(error.message);
  } finally {
    socket.destroy();
  }
  return { answers, closed, malformed };
}

function announcesEnd({ version, lines, framing }: WireAnswer): boolean {
  const options = valuesOf(lines, "connection")
    .join(",")
    .toLowerCase()
    .split(/[\s,]+/);
  if (framing === "close" || options.includes("close")) return true;
  return version === "1.0" && !options.includes("keep-alive");
}

/** Interim answers are passed over. @returns undefined where the connection ends in place of an answer */
async function finalAnswer(
  reader: Reader,
  method: string,
  malformed: string[],
): Promise<WireAnswer | undefined> {
  for (;;) {
    const head = await reader.head();
    if (head === undefined) return undefined;
    const answer = parseHead(head, malformed);
    if (answer.status >= 200 || answer.status === 101)
      return { ...answer, ...(await content(reader, method, answer)) };
  }
}

type Head = Pick<WireAnswer, "version" | "status" | "lines">;

function parseHead(text: string, malformed: string[]): Head {
  const [first = "", ...rest] = text.split("\r\n");
  const [, version = "", status = ""] =
    /^HTTP\/(1\.[01]) ([1-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/.exec(first) ?? [];
  if (version === "") throw new SyntaxError(`no status line: ${JSON.stringify(first.slice(0, 80))}`);
  const lines = rest.map((line): [string, string] => {
    const [, name = "", value = ""] =
      /^([\w!#$%&'*+.^`|~-]+):[\t ]*([\t\x20-\x7e\x80-\xff]*?)[\t ]*$/.exec(line) ?? [];
    if (name === "") malformed.push(`no field line: ${JSON.stringify(line)}`);
    return [name.toLowerCase(), value];
  });
  return { version, status: Number(status), lines };
}

/** @see RFC 9112 §6.3 */
async function content(
  reader: Reader,
  method: string,
  { status, lines }: Head,
): Promise<Pick<WireAnswer, "content" | "framing">> {
  if (method === "HEAD" || status === 204 || status === 304)
    return { content: Buffer.alloc(0), framing: "none" };
  const codings = valuesOf(lines, "transfer-encoding");
  const lengths = valuesOf(lines, "content-length");
  if (codings.length > 0) {
    if (lengths.length > 0) throw new SyntaxError("Transfer-Encoding and Content-Length");
    if (codings.join() !== "chunked") throw new SyntaxError(`Transfer-Encoding: ${codings.join()}`);
    return { content: await reader.chunked(), framing: "chunked" };
  }
  if (lengths.length > 1 || !/^\d*$/.test(lengths.join()))
    throw new SyntaxError(`Content-Length: ${lengths.join()}`);
  if (lengths.length === 1) return { content: await reader.exactly(Number(lengths[0])), framing: "length" };
  return { content: await reader.rest(), framing: "close" };
}

/** The values of a field's lines. */
export function valuesOf(lines: WireAnswer["lines"], name: string): readonly string[] {
  return lines.filter(([other]) => other === name).map(([, value]) => value);
}

class Reader {
  readonly #chunks: AsyncIterator<Buffer>;
  #pending: Buffer = Buffer.alloc(0);

  constructor(socket: Socket) {
    socket.setTimeout(SILENCE, () =>
      socket.destroy(new SyntaxError("nothing came, and the connection stayed open")),
    );
    this.#chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** @returns false at the end of the connection */
  async more(): Promise<boolean> {
    try {
      const next = await this.#chunks.next();
      if (next.done === true) return false;
      this.#pending = Buffer.concat([this.#pending, next.value]);
      return true;
    } catch (error) {
      if (error instanceof SyntaxError) throw error;
      // A connection that is reset has ended.
      return false;
    }
  }

  /** @returns undefined where the connection ends before anything comes */
  async head(): Promise<string | undefined> {
    const head = await this.#until("\r\n\r\n");
    if (head === undefined && this.#pending.length > 0) throw new SyntaxError("half a head");
    return head;
  }

  async exactly(count: number): Promise<Buffer> {
    while (this.#pending.length < count)
      if (!(await this.more())) throw new SyntaxError("a content that is cut short");
    return this.#take(count);
  }

  async rest(): Promise<Buffer> {
    while (await this.more());
    return this.#take(this.#pending.length);
  }

  async chunked(): Promise<Buffer> {
    const content: Buffer[] = [];
    for (;;) {
      const size = await this.#until("\r\n");
      if (size === undefined || !/^[\da-f]+$/i.test(size))
        throw new SyntaxError(`no size of a chunk: ${size}`);
      const chunk = await this.exactly(Number.parseInt(size, 16));
      if ((await this.#until("\r\n")) !== "") throw new SyntaxError("a chunk without its end");
      if (chunk.length === 0) return Buffer.concat(content);
      content.push(chunk);
    }
  }

  async #until(end: string): Promise<string | undefined> {
    let index: number;
    while ((index = this.#pending.indexOf(end)) === -1) if (!(await this.more())) return undefined;
    const text = this.#pending.toString("latin1", 0, index);
    this.#pending = this.#pending.subarray(index + end.length);
    return text;
  }

  #take(count: number): Buffer {
    const taken = this.#pending.subarray(0, count);
    this.#pending = this.#pending.subarray(count);
    return taken;
  }
}
