/** What the primary tells a worker. */
export type ToWorker =
  /** Comes with the connection itself. */
  | { readonly kind: "connection" }
  /** Comes right after a connection, and asks for `received`. */
  | { readonly kind: "confirm" }
  | { readonly kind: "drain" };

/** What a worker tells the primary. */
export type ToPrimary =
  /** It can be given connections. */
  | { readonly kind: "ready" }
  /** Whether the connection has come: a process that has no descriptor left gets the message without it. */
  | { readonly kind: "received"; readonly connection: boolean }
  | ({ readonly kind: "lines" } & Batch);

/** Lines of the log, whole ones. */
export interface Batch {
  readonly stdout: string;
  readonly stderr: string;
  /** How many couldn't be kept until the primary would take them. */
  readonly lost: number;
}
