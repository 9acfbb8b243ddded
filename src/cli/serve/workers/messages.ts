/** What the primary tells a worker. */
export type ToWorker =
  /** Comes with the connection itself. */
  | { readonly kind: "connection"; readonly number: number }
  /** That connection should have come: hasn't it? */
  | { readonly kind: "inquiry"; readonly number: number }
  /** The last batch of lines is written, the next may come. */
  | { readonly kind: "written" }
  | { readonly kind: "drain" };

/** What a worker tells the primary. */
export type ToPrimary =
  /** It can be given connections. */
  | { readonly kind: "ready" }
  /** The connection has come. */
  | { readonly kind: "received" }
  /** It hasn't: a process that has no descriptor left is told of it, but doesn't get it. */
  | { readonly kind: "missing" }
  /** It takes no more connections, and so many requests are under way. */
  | { readonly kind: "draining"; readonly requests: number }
  | ({ readonly kind: "lines" } & Batch);

/** Lines of the log, whole ones. */
export interface Batch {
  readonly stdout: string;
  readonly stderr: string;
  /** How many couldn't be kept until the batch before was written. */
  readonly lost: number;
}
