import { Readable } from "node:stream";
import type { ResponseHead } from "../../decision/response-head.ts";
import { lengthAtHand, type StreamDelivery } from "../../deliveries/delivery.ts";
import { chunksOf } from "../../deliveries/stream.ts";
import type { Answer } from "../../serve/answer.ts";

/** The content of an answer, as Fastify takes it. */
export interface Content {
  readonly payload: Readable | Buffer | undefined;
  /** Bytes that have been taken of it. */
  readonly count: (aborted: boolean) => number;
  /** Lets go of what it holds: a hook may have put another content in its place, or the client may be gone. */
  readonly release: () => void;
}

export function toContent({ head, delivery }: Answer, method: string): Content {
  if (delivery.kind === "stream") return toStream(delivery);
  const length = lengthAtHand(delivery);
  return {
    payload: delivery.kind === "bytes" ? toBytes(delivery.bytes, head) : toNothing(method),
    count: (aborted) => (aborted ? 0 : length),
    release: () => undefined,
  };
}

/** At the pace of its reader; what is open is closed with it. */
function toStream(delivery: StreamDelivery): Content {
  let bytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    // The taker keeps each chunk, so each has memory of its own.
    for await (const chunk of chunksOf(delivery, (size) => new Uint8Array(size))) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  const payload = Readable.from(counted(), { objectMode: false });
  payload.once("close", () => delivery.open.close());
  // Not by its stream alone, which waits for a read that may never end.
  const release = (): void => {
    delivery.open.close();
    payload.destroy();
  };
  return { payload, count: () => bytes, release };
}

/** Fastify gives a type to bytes that have none, and a part for If-Range is to have none; it gives no type to a stream. */
function toBytes(bytes: Uint8Array<ArrayBuffer>, { fields }: ResponseHead): Buffer | Readable {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return fields.some(([name]) => name === "Content-Type")
    ? buffer
    : Readable.from(buffer, { objectMode: false });
}

/** Fastify tells a HEAD without any content that its length is 0, in the place of what a GET would send. */
function toNothing(method: string): Readable | undefined {
  return method === "HEAD" ? Readable.from([]) : undefined;
}
