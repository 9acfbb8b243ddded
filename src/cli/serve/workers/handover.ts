/** Milliseconds until a worker that couldn't take a connection is offered one again. */
const REST = 1_000;

/** One that takes connections. It tells whether one has come before it reads anything of it. */
export interface Recipient<Connection> {
  give(connection: Connection): void;
}

/**
 * Hands each connection to the worker that has been free for the longest time. One that is busy takes its time to
 * receive a connection, and is given fewer.
 *
 * The primary keeps its own copy of a connection until the worker has received it. So a connection is never lost: when
 * the worker dies before, another one gets it, and where there is none, it waits for one.
 */
export class Handover<Connection extends { destroy(): unknown }> {
  readonly #waiting = new Set<Connection>();
  readonly #recipients = new Set<Recipient<Connection>>();
  readonly #free = new Set<Recipient<Connection>>();
  /** What each is being given. */
  readonly #passing = new Map<Recipient<Connection>, Connection>();
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

  /** It has what it was given. */
  received(recipient: Recipient<Connection>): void {
    this.#take(recipient)?.destroy();
    this.#release(recipient);
  }

  /** What it was given hasn't come. */
  missed(recipient: Recipient<Connection>): void {
    setTimeout(() => this.#release(recipient), REST).unref();
    this.#takeBack(recipient);
  }

  /** It is gone. */
  leave(recipient: Recipient<Connection>): void {
    this.#recipients.delete(recipient);
    this.#free.delete(recipient);
    this.#takeBack(recipient);
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
      this.#passing.set(recipient, connection);
      recipient.give(connection);
    }
  }

  #takeBack(recipient: Recipient<Connection>): void {
    const connection = this.#take(recipient);
    if (connection !== undefined) this.add(connection);
  }

  #take(recipient: Recipient<Connection>): Connection | undefined {
    const connection = this.#passing.get(recipient);
    this.#passing.delete(recipient);
    return connection;
  }

  #release(recipient: Recipient<Connection>): void {
    if (this.#recipients.has(recipient)) this.#free.add(recipient);
    this.#pass();
  }
}
