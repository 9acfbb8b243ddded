import type { ByteRange } from "../../decision/representation.ts";
import type { Piece, StreamDelivery } from "../../deliveries/delivery.ts";
import type { Direct } from "../../deliveries/direct.ts";
import { MOST_AT_ONCE } from "../../deliveries/move.ts";
import type { Sent } from "../../observe/report.ts";
import { breakOff, type Connection } from "./connection.ts";
import type { DirectLine } from "./direct-line.ts";
import { nextTurn } from "./turns.ts";

/** Bytes that are written the ordinary way where nothing can be moved past it. */
const ORDINARY = 4 * 1024;

/** Milliseconds after which a turn is over; a move that waits for a disk can take longer. */
const TURN = 0.25;

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
    return { bytes: sending.bytes, aborted: !complete, delivery: direct.way };
  } catch (error) {
    const { failure } = breakOff(connection, error);
    return { bytes: sending.bytes, aborted: true, delivery: direct.way, failure };
  }
}

class Sending {
  /** Bytes of content that are sent. */
  bytes = 0;
  readonly #line: DirectLine;
  readonly #direct: Direct;
  readonly #connection: Connection;
  readonly #chunk = new Uint8Array(ORDINARY);
  /** Whether the socket took all that it was given last. */
  #hasRoom = true;
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
    for (const [index, piece] of pieces.entries()) {
      const isLast = index === pieces.length - 1;
      const sent = piece instanceof Uint8Array ? this.#write(piece, isLast) : this.#send(piece, isLast);
      if (!(await sent)) return false;
    }
    return true;
  }

  async #send({ firstPos, lastPos }: ByteRange, isLast: boolean): Promise<boolean> {
    const end = lastPos + 1;
    for (let position = firstPos; position < end;) {
      // The last bytes aren't moved: they leave when all before them were of the version that was promised.
      const from = position;
      const moved = await this.#orAgain(() => this.#moveSome(from, end - ORDINARY));
      position += moved;
      if (moved === 0) {
        const next = position;
        const chunk = await this.#orAgain(() => this.#read(next, Math.min(end, next + ORDINARY)));
        position += chunk.length;
        if (!(await this.#write(chunk, isLast && position === end))) return false;
        if (position === end) break;
      }
      await nextTurn();
      if (this.#connection.isClosed()) return false;
    }
    return true;
  }

  /** Uses the file, and once more where it turned out to have only become longer. */
  async #orAgain<T>(use: () => T): Promise<T> {
    for (;;) {
      try {
        return use();
      } catch (error) {
        if (!(await this.#direct.confirmGrowth())) throw error;
      }
    }
  }

  /** Moves what can be moved in one turn. */
  #moveSome(position: number, end: number): number {
    const over = performance.now() + TURN;
    let next = position;
    while (next < end && this.#hasRoom && !this.#isOverdue()) {
      const descriptor = this.#line.descriptor();
      if (descriptor === undefined) break;
      const length = Math.min(end - next, MOST_AT_ONCE);
      const moved = this.#moveOnce(descriptor, next, length, next > position);
      if (moved === undefined) break;
      this.bytes += moved;
      next += moved;
      this.#hasRoom = moved === length;
      if (performance.now() > over) break;
    }
    return next - position;
  }

  /** @returns undefined where it failed behind what was moved already: that counts, and the next try tells what it is */
  #moveOnce(descriptor: number, position: number, length: number, isBehind: boolean): number | undefined {
    try {
      return this.#direct.move(descriptor, position, length);
    } catch (error) {
      if (!isBehind) throw error;
      return undefined;
    }
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

  /** The last bytes end the response: a client that has them all may be gone before anything else is called. */
  async #write(chunk: Uint8Array, isLast: boolean): Promise<boolean> {
    const { response } = this.#line;
    const written = await this.#connection.until((done) => {
      if (isLast) response.end(chunk, done);
      else response.write(chunk, done);
    });
    this.#seen = performance.now();
    this.#hasRoom = true;
    if (written) this.bytes += chunk.length;
    return written;
  }
}
