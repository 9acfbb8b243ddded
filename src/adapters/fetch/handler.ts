import { lengthAtHand } from "../../deliveries/delivery.ts";
import { JUDGED_FIELDS, type JudgedField, type RequestFields } from "../../http/request-fields.ts";
import type { Account, Report } from "../../observe/report.ts";
import { type Answer, FAILED, nameOfDelivery } from "../../serve/answer.ts";
import type { RequestHead } from "../../serve/request-head.ts";
import { type Done, toReadableStream } from "./readable-stream.ts";
import { forRuntime, toRuntimeBody, withLength } from "./runtime-body.ts";

/** A handler of the web's own: Bun, Deno and every framework of the Fetch standard. It never rejects. */
export type FetchHandler = (request: Request) => Promise<Response>;

/** The two ways to an answer: at once, of what is known, and the whole way. */
export interface FetchJudge {
  readonly recall: (request: RequestHead) => Answer | undefined;
  readonly judge: (request: RequestHead) => Promise<Answer>;
  /** The canonical path that is asked for, for whoever is told of the request. */
  readonly pathOf: (request: RequestHead) => string | undefined;
}

/** Answers requests of the Fetch standard. */
export function toFetchHandler({ recall, judge, pathOf }: FetchJudge, report: Report): FetchHandler {
  return async (request) => {
    const head = toRequestHead(request);
    const account = report.start(head, pathOf);
    const answer = recall(head) ?? (await judge(head));
    try {
      return await toResponse(answer, request.signal, account);
    } catch (error) {
      // A field that can't be sent: only an application's own can be so.
      if (answer.delivery.kind === "stream") answer.delivery.open.close();
      report.onError(error);
      return toResponse(FAILED, request.signal, account);
    }
  };
}

/** Translates a request of the Fetch standard into the pipeline's words. */
function toRequestHead(request: Request): RequestHead {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    target: pathname + search,
    fields: toRequestFields(request.headers),
    native: request,
  };
}

function toRequestFields(headers: Headers): RequestFields {
  const fields: { [Name in JudgedField]?: string } = {};
  for (const name of JUDGED_FIELDS) {
    const value = headers.get(name);
    if (value !== null) fields[name] = value;
  }
  return fields;
}

async function toResponse(answer: Answer, signal: AbortSignal, account: Account): Promise<Response> {
  const { head } = answer;
  const headers = new Headers(head.fields.map(([name, value]): [string, string] => [name, value]));
  // workerd would code a content again that says it is coded already.
  const init = { status: head.status, headers, encodeBody: "manual" };
  const delivery = await forRuntime(answer.delivery);
  if (delivery.kind === "stream") {
    const body = toRuntimeBody(delivery);
    if (body === undefined) {
      const done: Done = (bytes, aborted) => account.end(answer, { bytes, aborted });
      return new Response(withLength(toReadableStream(delivery, signal, done), delivery.length), init);
    }
    account.end(answer, { bytes: delivery.length, aborted: false, delivery: "zero-copy" });
    return new Response(body, init);
  }
  const response = new Response(delivery.kind === "bytes" ? delivery.bytes : null, init);
  const { aborted } = signal;
  // Nobody tells when the runtime has sent it.
  account.end(answer, {
    bytes: aborted ? 0 : lengthAtHand(delivery),
    aborted,
    delivery: nameOfDelivery(delivery),
  });
  return response;
}
