import { readSync } from "node:fs";
import { type OpenedFile, SourceError } from "../sources/source.ts";

/**
 * Moves bytes from a file to a socket past the streams of both, without waiting for the socket.
 *
 * All of it happens in one synchronous call, so neither descriptor can be closed, and given to something else, while it
 * is used.
 *
 * @param socket the descriptor of a socket that doesn't block
 * @param length bytes; at most `MOST_AT_ONCE` of them are moved
 * @returns how many bytes were moved. 0 where the socket took none: it is full, or broken, and an ordinary write tells
 *   which
 * @throws SourceError "changed" where the file is no longer what was opened
 */
export type Move = (socket: number, file: OpenedFile, position: number, length: number) => number;

/**
 * Bytes moved at a time. While they come from a disk everything else in the process waits, and so do all other readers
 * until it is their turn.
 */
export const MOST_AT_ONCE: number = 256 * 1024;

/** Reads at once. What is there was read before the file was last seen unchanged. @throws SourceError "changed" */
export function readNow(file: OpenedFile, into: Uint8Array, position: number, length: number): number {
  const count = readSync(file.descriptor, into, 0, Math.min(length, into.length), position);
  file.assertUnchanged(into.subarray(0, count), position);
  // Short of its length: the bytes that were promised exist no more, and nothing else may stand in for them.
  if (count === 0) throw new SourceError("changed");
  return count;
}
