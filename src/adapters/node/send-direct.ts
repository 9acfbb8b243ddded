import { setImmediate as nextTurn } from "node:timers/promises";
import type { ByteRange } from "../../decision/representation.ts";
import type { Piece, StreamDelivery } from "../../deliveries/delivery.ts";
import type { Direct } from "../../deliveries/direct.ts";
import type { Connection } from "./connection.ts";
import type { DirectLine } from "./direct-line.ts";
import type { Sent } from "./sent.ts";

/** Bytes that are written the ordinary way where nothing can be moved past it. */
const ORDINARY = 4 * 1024;

/** Milliseconds after which something is written the ordinary way again. */
const UNSEEN = 250;

/**
 * Sends a large content past Node's streams, all but its head and its last bytes.
 *
 * Those go the ordinary way, so Node itself ends the response and begins the next. So does a small chunk when the socket
 * is full: Node waits until there is room, and calls back. And so does one now and then when it never is, since to Node,
 * and to whoever looks at `bytesWritten`, nothing moves otherwise.
 */
export async function sendDirect(
  line: DirectLine,
  { pieces }: StreamDelivery,
  direct: Direct,
  connection: Connection,
): Promise<Sent> {
  const sending = new Sending(line, direct, connection);
  try {
    const complete = await sending.all(pieces);
    return { bytes: sending.bytes, aborted: !complete };
  } catch {
    // The head has promised bytes that no longer exist. Only a broken connection tells the client so.
    connection.destroy();
    return { bytes: sending.bytes, aborted: true };
  }
}

class Sending {
  /** Bytes of content that are sent. */
  bytes = 0;
  readonly #line: DirectLine;
  readonly #direct: Direct;
  readonly #connection: Connection;
  readonly #chunk = new Uint8Array(ORDINARY);
  /** When something was last written the ordinary way. */
  #seen = performance.now();

  constructor(line: DirectLine, direct: Direct, connection: Connection) {
    this.#line = line;
    this.#direct = direct;
    this.#connection = connection;
  }

  /** @returns whether all was sent; false where the connection was closed before */
  async all(pieces: readonly Piece[]): Promise<boolean> {
    this.#line.response.flushHeaders();
    for (const piece of pieces) {
      const sent = piece instanceof Uint8Array ? this.#write(piece) : this.#send(piece);
      if (!(await sent)) return false;
    }
    return this.#connection.until((done) => this.#line.response.end(done));
  }

  async #send({ firstPos, lastPos }: ByteRange): Promise<boolean> {
    const end = lastPos + 1;
    for (let position = firstPos; position < end;) {
      const moved = this.#moveSome(position, end - position);
      if (moved > 0) {
        position += moved;
        await nextTurn();
        if (this.#connection.isClosed()) return false;
      } else {
        const chunk = this.#read(position, Math.min(end, position + ORDINARY));
        position += chunk.length;
        if (!(await this.#write(chunk))) return false;
      }
    }
    return true;
  }

  /** Moves some of so many bytes, but for the last, which leave when all before them were of the version promised. */
  #moveSome(position: number, length: number): number {
    const descriptor = length > ORDINARY && !this.#isOverdue() ? this.#line.descriptor() : undefined;
    if (descriptor === undefined) return 0;
    const moved = this.#direct.move(descriptor, position, length - ORDINARY);
    this.bytes += moved;
    return moved;
  }

  /** Whether Node has seen nothing for so long that it might take the connection for idle. */
  #isOverdue(): boolean {
    const timeout = this.#line.timeout();
    const most = timeout > 0 ? Math.min(UNSEEN, timeout / 4) : UNSEEN;
    return performance.now() - this.#seen > most;
  }

  #read(position: number, end: number): Uint8Array {
    const chunk = this.#chunk.subarray(0, end - position);
    return chunk.subarray(0, this.#direct.read(chunk, position));
  }

  async #write(chunk: Uint8Array): Promise<boolean> {
    const written = await this.#connection.until((done) => this.#line.response.write(chunk, done));
    this.#seen = performance.now();
    if (written) this.bytes += chunk.length;
    return written;
  }
}
