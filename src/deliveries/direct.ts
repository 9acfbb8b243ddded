import type { OpenRepresentation } from "../sources/source.ts";
import { copy } from "./copy.ts";
import { type Move, readNow } from "./move.ts";
import { loadZeroCopy } from "./zero-copy.ts";

/** What is open, where it is a file whose bytes can be put on a socket past the streams of both. See `Move`. */
export interface Direct {
  readonly way: Exclude<Way, "stream">;
  /** Moves bytes to a socket. */
  readonly move: (socket: number, position: number, length: number) => number;
  /** Reads bytes, to be written the ordinary way. */
  readonly read: (into: Uint8Array, position: number) => number;
  /** As `OpenedFile.confirmGrowth`: whether what has just thrown can be tried again. */
  readonly confirmGrowth: () => Promise<boolean>;
}

/** The ways of a large content from a file to a socket. */
export const WAYS = ["stream", "copy", "zero-copy"] as const;

export type Way = (typeof WAYS)[number];

/** Asked for once: loading it takes milliseconds. */
let zeroCopy: Promise<Move | undefined> | undefined;

/**
 * The cheapest way past the streams.
 *
 * @param wanted where it isn't to be chosen by what is open
 * @returns undefined where only a stream leads out
 */
export async function toDirect(
  { file }: OpenRepresentation,
  wanted: Way | undefined,
): Promise<Direct | undefined> {
  if (file === undefined || wanted === "stream") return undefined;
  const isZeroCopy = wanted === "zero-copy" || (file.keepsItsBytes === true && wanted !== "copy");
  const moveZeroCopy = isZeroCopy ? await (zeroCopy ??= loadZeroCopy()) : undefined;
  const move = moveZeroCopy ?? copy;
  const { offset = 0 } = file;
  return {
    way: moveZeroCopy === undefined ? "copy" : "zero-copy",
    move: (socket, position, length) => move(socket, file, offset + position, length),
    read: (into, position) => readNow(file, into, offset + position, into.length),
    confirmGrowth: () => file.confirmGrowth?.() ?? Promise.resolve(false),
  };
}
