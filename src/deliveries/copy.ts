import { writeSync } from "node:fs";
import type { OpenedFile } from "../sources/source.ts";
import { MOST_AT_ONCE, readNow } from "./move.ts";

/** One for all connections: nothing stays in it between two moves. */
let pool: Uint8Array | undefined;

/** A move through memory of this process. */
export function copy(socket: number, file: OpenedFile, position: number, length: number): number {
  pool ??= new Uint8Array(MOST_AT_ONCE);
  const count = readNow(file, pool, position, length);
  try {
    return writeSync(socket, pool, 0, count);
  } catch {
    return 0;
  }
}
