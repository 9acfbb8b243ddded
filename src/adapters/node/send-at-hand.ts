import { lengthAtHand } from "../../deliveries/delivery.ts";
import type { Account } from "../../observe/report.ts";
import type { Answer } from "../../serve/answer.ts";
import { noticeReset, onceSent } from "./connection.ts";
import type { NodeRequest, NodeResponse } from "./handler.ts";
import { sendWire } from "./wire.ts";
import { setNodeHead } from "./wrapped-response.ts";

/** Sends an answer whose content is at hand, at once: nothing is open, so nothing has to be waited for or closed. */
export function sendAtHand(
  request: NodeRequest,
  response: NodeResponse,
  answer: Answer,
  account: Account,
): void {
  const isSent = sendWire(request, response, answer);
  if (!isSent) setNodeHead(response, answer.head);
  noticeReset(response);
  reportWhenClosed(request, response, answer, account);
  if (isSent) return;
  // Head and content leave together: an end with its content is one write.
  if (answer.delivery.kind === "bytes") response.end(answer.delivery.bytes);
  else response.end();
}

/** Ends the account of an answer that is on its way, when it has left or can't. */
export function reportWhenClosed(
  request: NodeRequest,
  response: NodeResponse,
  answer: Answer,
  account: Account,
): void {
  if (!account.wanted) return;
  const { delivery } = answer;
  const bytes = delivery.kind === "stream" ? 0 : lengthAtHand(delivery);
  onceSent(request, response, (aborted) => account.end(answer, { bytes: aborted ? 0 : bytes, aborted }));
}
