import type { StreamDelivery } from "../../deliveries/delivery.ts";
import { chunksOf, reusedBuffer } from "../../deliveries/stream.ts";
import type { Answer } from "../../serve/answer.ts";
import { type Connection, connectionOf } from "./connection.ts";
import { setHead } from "./set-head.ts";
import type { NodeRequest, NodeResponse } from "./handler.ts";

/** How the sending of an answer ended. */
export interface Sent {
  /** Bytes of content that were handed to the connection. */
  readonly bytes: number;
  readonly aborted: boolean;
}

const ABORTED: Sent = { bytes: 0, aborted: true };

/** Sends an answer and lets go of what it holds, whatever becomes of the connection. */
export async function sendAnswer(
  request: NodeRequest,
  response: NodeResponse,
  answer: Answer,
): Promise<Sent> {
  const { head, delivery } = answer;
  const connection = connectionOf(request, response);
  try {
    if (connection.isClosed()) return ABORTED;
    setHead(response, head);
    if (delivery.kind === "stream") return await sendStream(response, delivery, connection);
    return await sendWhole(response, delivery.kind === "bytes" ? delivery.bytes : undefined, connection);
  } finally {
    if (delivery.kind === "stream") delivery.open.close();
    connection.release();
  }
}

/** Head and content leave together: an end with its content is one write. */
async function sendWhole(
  response: NodeResponse,
  content: Uint8Array | undefined,
  connection: Connection,
): Promise<Sent> {
  const complete = await connection.until((done) => {
    if (content === undefined) response.end(done);
    else response.end(content, done);
  });
  return complete ? { bytes: content?.length ?? 0, aborted: false } : ABORTED;
}

/** Each chunk is read when the one before it has left, so a slow reader costs one chunk of memory. */
async function sendStream(
  response: NodeResponse,
  delivery: StreamDelivery,
  connection: Connection,
): Promise<Sent> {
  let bytes = 0;
  try {
    for await (const chunk of chunksOf(delivery, reusedBuffer(delivery))) {
      const written = await connection.until((done) => write(response, chunk, done));
      if (!written) return { bytes, aborted: true };
      bytes += chunk.length;
    }
  } catch {
    // The head has promised bytes that no longer exist. Only a broken connection tells the client so.
    connection.destroy();
    return { bytes, aborted: true };
  }
  const complete = await connection.until((done) => response.end(done));
  return { bytes, aborted: !complete };
}

type Done = (error?: Error | null) => void;

/** The two kinds of response agree on this call, but their types don't. */
function write(response: NodeResponse, chunk: Uint8Array, done: Done): void {
  if ("stream" in response) response.write(chunk, done);
  else response.write(chunk, done);
}
