/** Milliseconds until a worker that couldn't take a connection is offered one again. */
const REST = 1_000;

/** One that takes connections. */
export interface Recipient<Connection> {
  /**
   * Sends it a connection.
   *
   * @param onArrival called when the connection is there, or is known to be lost on the way. Nothing is read from it
   *   before.
   */
  give(connection: Connection, onArrival: () => void): void;
}

interface Passing<Connection> {
  readonly connection: Connection;
  hasArrived: boolean;
}

/**
 * Hands each connection to the worker that has been free for the longest time. One that is busy takes its time to
 * confirm a connection, and is given fewer.
 *
 * The primary keeps its own copy of a connection until the worker confirms that it has come. So a connection is never
 * lost: when the worker dies on the way, another one gets it, and where there is none, it waits for one.
 */
export class Handover<Connection extends { destroy(): unknown }> {
  readonly #waiting = new Set<Connection>();
  readonly #recipients = new Set<Recipient<Connection>>();
  readonly #free = new Set<Recipient<Connection>>();
  readonly #passing = new Map<Recipient<Connection>, Passing<Connection>>();
  #isClosed = false;

  add(connection: Connection): void {
    if (this.#isClosed) connection.destroy();
    else this.#waiting.add(connection);
    this.#pass();
  }

  join(recipient: Recipient<Connection>): void {
    this.#recipients.add(recipient);
    this.#release(recipient);
  }

  /** It has confirmed what it was given last, or has told that this didn't come. */
  confirm(recipient: Recipient<Connection>, isReceived: boolean): void {
    const passing = this.#take(recipient);
    if (isReceived) {
      passing?.connection.destroy();
      this.#release(recipient);
    } else {
      setTimeout(() => this.#release(recipient), REST).unref();
      if (passing !== undefined) this.add(passing.connection);
    }
  }

  /** It is gone. A connection that it had is gone with it: its request may have been read. */
  leave(recipient: Recipient<Connection>): void {
    this.#recipients.delete(recipient);
    this.#free.delete(recipient);
    const passing = this.#take(recipient);
    if (passing?.hasArrived) passing.connection.destroy();
    else if (passing !== undefined) this.add(passing.connection);
  }

  /** Closes the connections that nobody has, and all that are yet added. */
  close(): void {
    this.#isClosed = true;
    for (const connection of this.#waiting) connection.destroy();
    this.#waiting.clear();
  }

  #pass(): void {
    for (const connection of this.#waiting) {
      const [recipient] = this.#free;
      if (recipient === undefined) return;
      this.#waiting.delete(connection);
      this.#free.delete(recipient);
      this.#give(recipient, connection);
    }
  }

  #give(recipient: Recipient<Connection>, connection: Connection): void {
    const passing = { connection, hasArrived: false };
    this.#passing.set(recipient, passing);
    recipient.give(connection, () => (passing.hasArrived = true));
  }

  #take(recipient: Recipient<Connection>): Passing<Connection> | undefined {
    const passing = this.#passing.get(recipient);
    this.#passing.delete(recipient);
    return passing;
  }

  #release(recipient: Recipient<Connection>): void {
    if (this.#recipients.has(recipient)) this.#free.add(recipient);
    this.#pass();
  }
}
