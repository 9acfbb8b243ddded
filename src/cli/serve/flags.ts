import { availableParallelism } from "node:os";
import type { PolicyFlags } from "./policy.ts";

/** What `stet serve` was told, each flag already valid by itself. */
export interface ServeFlags extends PolicyFlags {
  readonly port?: number;
  readonly host: string;
  readonly workers: Workers;
  readonly quiet?: true;
  readonly json?: true;
  readonly cert?: string;
  readonly key?: string;
  /** Seconds. */
  readonly timeout: number;
}

/** How many processes serve; `"auto"` is one for each core. */
export type Workers = number | "auto";

export function countWorkers(workers: Workers): number {
  return workers === "auto" ? availableParallelism() : workers;
}
