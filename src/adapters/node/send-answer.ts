import type { Way } from "../../deliveries/direct.ts";
import type { Answer } from "../../serve/answer.ts";
import { type Connection, connectionOf } from "./connection.ts";
import type { NodeRequest, NodeResponse } from "./handler.ts";
import { sendLarge } from "./send-large.ts";
import type { Sent } from "./sent.ts";
import { setHead } from "./set-head.ts";

const ABORTED: Sent = { bytes: 0, aborted: true };

/**
 * Sends an answer and lets go of what it holds, whatever becomes of the connection.
 *
 * @param large the way of a large content, where it isn't to be chosen
 */
export async function sendAnswer(
  request: NodeRequest,
  response: NodeResponse,
  answer: Answer,
  large: Way | undefined,
): Promise<Sent> {
  const { head, delivery } = answer;
  const connection = connectionOf(request, response);
  try {
    if (connection.isClosed()) return ABORTED;
    setHead(response, head);
    if (delivery.kind === "stream") return await sendLarge(request, response, delivery, connection, large);
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
    // The event, not a callback: a middleware that has put its own `end` in place may not pass one on.
    response.once("finish", () => done());
    if (content === undefined) response.end();
    else response.end(content);
  });
  return complete ? { bytes: content?.length ?? 0, aborted: false } : ABORTED;
}
