import type { StreamDelivery } from "../../deliveries/delivery.ts";
import { toDirect, type Way } from "../../deliveries/direct.ts";
import { chunksOf, reusedBuffer } from "../../deliveries/stream.ts";
import type { Sent } from "../../observe/report.ts";
import { breakOff, type Connection } from "./connection.ts";
import { directLineOf } from "./direct-line.ts";
import type { NodeRequest, NodeResponse } from "./handler.ts";
import { sendDirect } from "./send-direct.ts";
import { isDirectLineUnderstood } from "./try-direct-line.ts";
import { isWrapped } from "./wrapped-response.ts";

/**
 * Sends a content at the pace of its reader: past Node's streams where that is possible, otherwise through them.
 *
 * @param wanted the way, where it isn't to be chosen by what is open
 */
export async function sendLarge(
  request: NodeRequest,
  response: NodeResponse,
  delivery: StreamDelivery,
  connection: Connection,
  wanted: Way | undefined,
): Promise<Sent> {
  const line = directLineOf(request, response);
  if (line !== undefined && (await isDirectLineUnderstood())) {
    const direct = await toDirect(delivery.open, wanted);
    if (direct !== undefined) return sendDirect(line, delivery, direct, connection);
  }
  return sendStream(response, delivery, connection);
}

/**
 * Each chunk is read when the one before it has left, so a slow reader costs one chunk of memory.
 *
 * A middleware that has put its own `write` in place (one that compresses, say) may pass on no callback, and may keep the
 * chunk: there each chunk has memory of its own, and the pace is told by `drain`.
 */
async function sendStream(
  response: NodeResponse,
  delivery: StreamDelivery,
  connection: Connection,
): Promise<Sent> {
  let bytes = 0;
  try {
    const wrapped = isWrapped(response);
    const buffer = wrapped ? (size: number) => new Uint8Array(size) : reusedBuffer(delivery);
    for await (const chunk of chunksOf(delivery, buffer)) {
      // The last bytes end the response: a client that has them all may be gone before anything else is called.
      const isLast = bytes + chunk.length === delivery.length;
      const written = await connection.until((done) => {
        if (isLast) end(response, chunk, done);
        else if (!wrapped) write(response, chunk, done);
        else if (write(response, chunk)) done();
        else response.once("drain", () => done());
      });
      if (!written) return { bytes, aborted: true };
      bytes += chunk.length;
    }
    // Only here is the end of a content known whose length nobody knew.
    if (delivery.length === Infinity) {
      const ended = await connection.until((done) => end(response, NOTHING, done));
      if (!ended) return { bytes, aborted: true };
    }
  } catch (error) {
    return { bytes, aborted: true, ...breakOff(connection, error) };
  }
  return { bytes, aborted: false };
}

const NOTHING = new Uint8Array();

type Done = (error?: Error | null) => void;

/** The event, not a callback: a middleware that has put its own `end` in place may not pass one on. */
function end(response: NodeResponse, chunk: Uint8Array, done: Done): void {
  response.once("finish", () => done());
  response.end(chunk);
}

/** The two kinds of response agree on this call, but their types don't. */
function write(response: NodeResponse, chunk: Uint8Array, done?: Done): boolean {
  return "stream" in response ? response.write(chunk, done) : response.write(chunk, done);
}
