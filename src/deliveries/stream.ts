import { rangeLength } from "../decision/multipart.ts";
import { checkedCount, streamExactly } from "../sources/source.ts";
import type { StreamDelivery } from "./delivery.ts";

/** Bytes read and handed on at a time. A slow reader holds one such buffer, however large the file. */
const CHUNK = 64 * 1024;

/**
 * The chunks of a delivery, each read only when it is asked for. It doesn't close what is open.
 *
 * @param buffer gives the memory for a chunk of up to so many bytes: one and the same where the taker is done with a
 *   chunk before it asks for the next, a new one where it keeps them
 * @throws SourceError "changed" where the version that was promised can't be read to its end, "failed" where the source
 *   tells no count
 */
export async function* chunksOf(
  { open, pieces }: StreamDelivery,
  buffer: (size: number) => Uint8Array<ArrayBuffer>,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) {
      yield piece;
      continue;
    }
    if (open.stream !== undefined) {
      yield* streamExactly(open.stream(piece.firstPos, piece.lastPos), rangeLength(piece));
      continue;
    }
    const end = piece.lastPos + 1;
    for (let position = piece.firstPos; position < end;) {
      const into = buffer(Math.min(CHUNK, end - position));
      // Short of its length: the bytes that were promised exist no more, and nothing else may stand in for them.
      const count = checkedCount(await open.read(into, position), into);
      yield into.subarray(0, count);
      position += count;
    }
  }
}

/** Memory that one taker uses again for each chunk. */
export function reusedBuffer(delivery: StreamDelivery): (size: number) => Uint8Array<ArrayBuffer> {
  const longest = Math.max(
    ...delivery.pieces.map((piece) => (piece instanceof Uint8Array ? 0 : rangeLength(piece))),
  );
  const memory = new Uint8Array(Math.min(CHUNK, longest));
  return (size) => memory.subarray(0, size);
}
