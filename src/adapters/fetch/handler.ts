import { lengthAtHand } from "../../deliveries/delivery.ts";
import { JUDGED_FIELDS, type JudgedField, type RequestFields } from "../../http/request-fields.ts";
import type { Account, Report } from "../../observe/report.ts";
import { type Answer, FAILED, nameOfDelivery } from "../../serve/answer.ts";
import type { Judge } from "../../serve/judge.ts";
import type { RequestHead } from "../../serve/request-head.ts";
import { takeMount } from "../mount.ts";
import { requestTarget } from "./request-target.ts";
import { type Done, toReadableStream } from "./readable-stream.ts";
import { disconnectSignal, forRuntime, toRuntimeBody, withLength } from "./runtime-body.ts";

/** A handler of the web's own: Bun, Deno and every framework of the Fetch standard. */
export interface FetchHandler {
  /** It never rejects. */
  (request: Request): Promise<Response>;
  /**
   * Under a framework: what isn't ours goes on to `next`, and what fails is thrown, for the framework's own handling of
   * errors.
   *
   * @param mount the path in front of the root, as sent, such as `"/static"`: where it isn't the policy's own `prefix`
   */
  <T>(request: Request, next: FetchNext<T>, mount?: string): Promise<Response | T>;
}

export type FetchNext<T> = () => T | Promise<T>;

export interface FetchHandlerOptions {
  /** Whether what isn't ours, and what fails, goes on to `next`, where there is one. */
  readonly fallthrough: boolean;
  readonly report: Report;
}

/** Answers requests of the Fetch standard. */
export function toFetchHandler(
  { recall, judge, attempt, pathOf }: Judge,
  { fallthrough, report }: FetchHandlerOptions,
): FetchHandler {
  const { onError } = report;

  async function alone(request: Request): Promise<Response> {
    const head = toRequestHead(request);
    const exchange = { signal: disconnectSignal(request), account: report.start(head, pathOf), onError };
    const answer = recall(head) ?? (await judge(head));
    try {
      return await toResponse(answer, exchange);
    } catch (error) {
      onError(error);
      return toResponse(FAILED, exchange);
    }
  }

  async function under<T>(request: Request, next: FetchNext<T>, mount: string): Promise<Response | T> {
    const whole = toRequestHead(request);
    // An invalid Host makes an invalid request, which nobody answers with anything but a 400 (RFC 9112 §3.2).
    if (whole.target === "") return alone(request);
    const below = takeMount(mount, whole.target);
    if (below === undefined) return next();
    const head = { ...whole, ...below };
    const exchange = { signal: disconnectSignal(request), account: report.start(head, pathOf), onError };
    const outcome = recall(head) ?? (await (fallthrough ? attempt(head) : judge(head)));
    return outcome === "pass" ? next() : toResponse(outcome, exchange);
  }

  function handle(request: Request): Promise<Response>;
  function handle<T>(request: Request, next: FetchNext<T>, mount?: string): Promise<Response | T>;
  function handle<T>(request: Request, next?: FetchNext<T>, mount = ""): Promise<Response | T> {
    // Bun, Deno and workers give something of their own in its place.
    return typeof next === "function" ? under(request, next, mount) : alone(request);
  }
  return handle;
}

/** Translates a request of the Fetch standard into the pipeline's words. */
function toRequestHead(request: Request): RequestHead {
  return {
    method: request.method,
    target: requestTarget(request),
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

/** What is told while an answer is sent, and to whom. */
interface Exchange {
  /** Tells that the client has gone; undefined where nothing does. */
  readonly signal: AbortSignal | undefined;
  readonly account: Account;
  readonly onError: (error: unknown) => void;
}

/** @throws TypeError for a field that can't be sent: only an application's own can be so */
async function toResponse(answer: Answer, exchange: Exchange): Promise<Response> {
  try {
    return await toUncheckedResponse(answer, exchange);
  } catch (error) {
    if (answer.delivery.kind === "stream") answer.delivery.open.close();
    throw error;
  }
}

async function toUncheckedResponse(
  answer: Answer,
  { signal, account, onError }: Exchange,
): Promise<Response> {
  const { head } = answer;
  const headers = new Headers(head.fields.map(([name, value]): [string, string] => [name, value]));
  // workerd would code a content again that says it is coded already.
  const init = { status: head.status, headers, encodeBody: "manual" };
  const delivery = await forRuntime(answer.delivery);
  if (delivery.kind === "stream") {
    const body = toRuntimeBody(delivery);
    if (body === undefined) {
      const done: Done = (bytes, aborted) => account.end(answer, { bytes, aborted });
      return new Response(
        withLength(toReadableStream(delivery, signal, done, onError), delivery.length),
        init,
      );
    }
    account.end(answer, { bytes: delivery.length, aborted: false, delivery: "zero-copy" });
    return new Response(body, init);
  }
  const response = new Response(delivery.kind === "bytes" ? delivery.bytes : null, init);
  const aborted = signal?.aborted === true;
  // Nobody tells when the runtime has sent it.
  account.end(answer, {
    bytes: aborted ? 0 : lengthAtHand(delivery),
    aborted,
    delivery: nameOfDelivery(delivery),
  });
  return response;
}
