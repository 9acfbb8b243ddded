import type { StreamDelivery } from "../../deliveries/delivery.ts";
import type { ResponseHead } from "../../decision/response-head.ts";
import type { Way } from "../../deliveries/direct.ts";
import type { Account, Sent } from "../../observe/report.ts";
import type { Answer } from "../../serve/answer.ts";
import { connectionOf, isClosed } from "./connection.ts";
import type { NodeRequest, NodeResponse } from "./handler.ts";
import { sendAtHand } from "./send-at-hand.ts";
import { sendLarge } from "./send-large.ts";
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
  { account, large }: { readonly account: Account; readonly large: Way | undefined },
): Promise<void> {
  const { head, delivery } = answer;
  if (delivery.kind === "stream")
    account.end(answer, await sendOpened(request, response, head, delivery, large));
  else if (isClosed(request, response)) account.end(answer, ABORTED);
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
    setHead(response, head);
    return await sendLarge(request, response, delivery, connection, large);
  } finally {
    delivery.open.close();
    connection.release();
  }
}
