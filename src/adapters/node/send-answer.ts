import type { StreamDelivery } from "../../deliveries/delivery.ts";
import type { ResponseHead } from "../../decision/response-head.ts";
import type { Way } from "../../deliveries/direct.ts";
import type { Account, Sent } from "../../observe/report.ts";
import type { Answer } from "../../serve/answer.ts";
import { connectionOf, isClosed } from "./connection.ts";
import type { NodeRequest, NodeResponse } from "./handler.ts";
import { sendAtHand } from "./send-at-hand.ts";
import { sendLarge } from "./send-large.ts";
import { setNodeHead } from "./wrapped-response.ts";

interface SendOptions {
  readonly account: Account;
  /** The way of a large content, where it isn't to be chosen. */
  readonly large: Way | undefined;
  /** Told of what broke a content off. */
  readonly onError: (error: unknown) => void;
}

const ABORTED: Sent = { bytes: 0, aborted: true };

/**
 * Sends an answer and lets go of what it holds, whatever becomes of the connection.
 */
export async function sendAnswer(
  request: NodeRequest,
  response: NodeResponse,
  answer: Answer,
  { account, large, onError }: SendOptions,
): Promise<void> {
  const { head, delivery } = answer;
  if (delivery.kind === "stream") {
    const sent = await sendOpened(request, response, head, delivery, large);
    account.end(answer, sent);
    if (sent.failure !== undefined) onError(sent.failure);
  } else if (isClosed(request, response)) account.end(answer, ABORTED);
  else sendAtHand(request, response, answer, account);
}

async function sendOpened(
  request: NodeRequest,
  response: NodeResponse,
  head: ResponseHead,
  delivery: StreamDelivery,
  large: Way | undefined,
): Promise<Sent> {
  const connection = connectionOf(request, response);
  try {
    if (connection.isClosed()) return ABORTED;
    connection.holds(() => delivery.open.close());
    setNodeHead(response, head);
    return await sendLarge(request, response, delivery, connection, large);
  } finally {
    delivery.open.close();
    connection.release();
  }
}
