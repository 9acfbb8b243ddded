import type { StreamDelivery } from "../../deliveries/delivery.ts";
import type { ResponseHead } from "../../decision/response-head.ts";
import type { Account } from "../../observe/report.ts";
import type { Answer } from "../../serve/answer.ts";
import { connectionOf, isClosed } from "./connection.ts";
import type { NodeRequest, NodeResponse } from "./handler.ts";
import { sendAtHand } from "./send-at-hand.ts";
import { sendLarge } from "./send-large.ts";
import type { Sent } from "./sent.ts";
import { setHead } from "./set-head.ts";

const ABORTED: Sent = { bytes: 0, aborted: true };

/** Sends an answer and lets go of what it holds, whatever becomes of the connection. */
export async function sendAnswer(
  request: NodeRequest,
  response: NodeResponse,
  answer: Answer,
  account: Account,
): Promise<void> {
  const { head, delivery } = answer;
  if (delivery.kind === "stream") account.end(answer, await sendOpened(request, response, head, delivery));
  else if (isClosed(request, response)) account.end(answer, ABORTED);
  else sendAtHand(request, response, answer, account);
}

async function sendOpened(
  request: NodeRequest,
  response: NodeResponse,
  head: ResponseHead,
  delivery: StreamDelivery,
): Promise<Sent> {
  const connection = connectionOf(request, response);
  try {
    if (connection.isClosed()) return ABORTED;
    setHead(response, head);
    return await sendLarge(request, response, delivery, connection);
  } finally {
    delivery.open.close();
    connection.release();
  }
}
