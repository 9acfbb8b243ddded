import type { Decision } from "../decision/decide.ts";
import { rangeLength, toParts } from "../decision/multipart.ts";
import type { ByteRange, Representation } from "../decision/representation.ts";
import type { FieldLine } from "../http/request-fields.ts";
import { formatPartsEnd } from "../http/multipart-byteranges.ts";
import { type OpenRepresentation, readInto } from "../sources/source.ts";
import type { BytesDelivery, Delivery, Piece, StreamDelivery } from "./delivery.ts";

/** Up to this many bytes are read at once and leave in one write with the head; more are streamed. */
const ONE_WRITE = 64 * 1024;

/** What a head takes beside its fields, and beside what others put in it. Bytes. */
const ROOM = 512;

const encoder = new TextEncoder();

/** The way out for the content of a decision: bytes that are at hand leave as they are, others are to be read. */
export function chooseDelivery(
  decision: Decision,
  selected: Representation,
  open: OpenRepresentation,
  boundary: string,
): Delivery {
  const pieces = piecesOf(decision, selected, boundary);
  const length = pieces.reduce((total, piece) => total + pieceLength(piece), 0);
  const { bytes } = open;
  const [piece, ...others] = pieces;
  if (piece === undefined) return { kind: "none" };
  if (bytes === undefined) return { kind: "stream", open, pieces, length };
  if (others.length === 0) return { kind: "bytes", bytes: atHand(piece, bytes) };
  return {
    kind: "bytes",
    bytes: join(
      pieces.map((each) => atHand(each, bytes)),
      length,
    ),
  };
}

/**
 * Reads a content that is small enough for one write; a larger one is left to be streamed.
 *
 * @param whole whether any is read
 * @throws SourceError "changed" where it can't be read to its end: nothing has been sent yet
 */
export async function loadSmall(
  delivery: Delivery,
  fields: readonly FieldLine[],
  whole = false,
): Promise<Delivery> {
  return delivery.kind === "stream" && delivery.length <= (whole ? Number.MAX_SAFE_INTEGER : ONE_WRITE)
    ? load(delivery, fields)
    : delivery;
}

/**
 * Reads a content whole, with room in front of it for a head with these fields.
 *
 * @throws SourceError "changed" where it can't be read to its end
 */
export async function load(
  { open, pieces, length }: Omit<StreamDelivery, "kind">,
  fields: readonly FieldLine[],
): Promise<BytesDelivery> {
  const room = fields.reduce((total, [name, value]) => total + name.length + value.length + 4, ROOM);
  const memory = new Uint8Array(room + length);
  let position = room;
  for (const piece of pieces) {
    const into = memory.subarray(position, position + pieceLength(piece));
    if (piece instanceof Uint8Array) into.set(piece);
    else await readInto(open, into, piece.firstPos);
    position += into.length;
  }
  return { kind: "bytes", bytes: memory.subarray(room), room };
}

function atHand(piece: Piece, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return piece instanceof Uint8Array ? piece : bytes.subarray(piece.firstPos, piece.lastPos + 1);
}

function piecesOf(decision: Decision, selected: Representation, boundary: string): readonly Piece[] {
  switch (decision.kind) {
    case "full":
      return selected.length === 0 ? [] : [{ firstPos: 0, lastPos: selected.length - 1 }];
    case "partial":
      return decision.ranges.length === 1
        ? decision.ranges
        : multipartPieces(decision.ranges, selected, boundary);
    case "not-modified":
    case "precondition-failed":
    case "range-not-satisfiable":
      return [];
  }
}

function multipartPieces(
  ranges: readonly ByteRange[],
  selected: Representation,
  boundary: string,
): readonly Piece[] {
  const parts = toParts(ranges, selected, boundary);
  return [
    ...parts.flatMap(({ head, range }) => [encoder.encode(head), range]),
    encoder.encode(formatPartsEnd(boundary)),
  ];
}

function pieceLength(piece: Piece): number {
  return piece instanceof Uint8Array ? piece.length : rangeLength(piece);
}

function join(chunks: readonly Uint8Array<ArrayBuffer>[], length: number): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(length);
  let position = 0;
  for (const chunk of chunks) {
    joined.set(chunk, position);
    position += chunk.length;
  }
  return joined;
}
