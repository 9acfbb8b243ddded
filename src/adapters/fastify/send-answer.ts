import type { FastifyReply } from "fastify";
import type { ResponseHead } from "../../decision/response-head.ts";
import type { Account } from "../../observe/report.ts";
import type { Answer } from "../../serve/answer.ts";
import { isClosed, noticeReset, onceSent } from "../node/connection.ts";
import { setHead, type Unsent } from "../node/set-head.ts";
import { toContent } from "./content.ts";

const heads = new WeakMap<FastifyReply, ResponseHead>();

/** Sends an answer as Fastify's own reply: its hooks see it, and its logger tells of it. */
export function sendAnswer(reply: FastifyReply, answer: Answer, account: Account): void {
  const { request, raw } = reply;
  const { head, delivery } = answer;
  if (isClosed(request.raw, raw)) {
    if (delivery.kind === "stream") delivery.open.close();
    account.end(answer, { bytes: 0, aborted: true });
    return;
  }
  const { payload, count, release } = toContent(answer, request.method);
  noticeReset(raw);
  onceSent(request.raw, raw, (aborted) => {
    if (heads.get(reply) === head) account.end(answer, { bytes: count(aborted), aborted });
    release();
  });
  setHead(toUnsent(reply), head);
  forbidCompression(reply);
  heads.set(reply, head);
  reply.send(payload);
}

/**
 * Has @fastify/compress leave a file as it is, in routes of the application's own, too: compressed, it would have the strong
 * entity tag of other bytes. The plugin knows no `no-transform`, but this field of the request.
 */
function forbidCompression(reply: FastifyReply): void {
  if (!("compress" in reply)) return;
  reply.request.headers = { ...reply.request.headers, "x-no-compression": "1" };
}

/** Takes back what was said of a file, where an error is to be told instead. */
export function takeBack(reply: FastifyReply): void {
  const head = heads.get(reply);
  if (head === undefined) return;
  for (const [name] of head.fields) reply.removeHeader(name);
  heads.delete(reply);
  reply.code(500);
}

function toUnsent(reply: FastifyReply): Unsent {
  return {
    set statusCode(status: number) {
      reply.code(status);
    },
    getHeaderNames: () => Object.keys(reply.getHeaders()),
    getHeader: (name) => reply.getHeader(name),
    setHeader: (name, value) => reply.header(name, value),
    removeHeader: (name) => reply.removeHeader(name),
  };
}
