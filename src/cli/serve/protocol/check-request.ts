import type { Stet } from "../../../index.ts";
import type { Log } from "../log.ts";
import { toBareError } from "./bare-error.ts";
import { isHost } from "./host.ts";

type Request = Parameters<Stet["node"]>[0];
type Response = Parameters<Stet["node"]>[1];

/** The statuses of a request that Node has accepted. */
type Fault = 400 | 501 | 505;

/** The same, in the log's words. */
const OUTCOMES = {
  400: "bad-request",
  501: "not-implemented",
  505: "version-not-supported",
} as const;

/**
 * Refuses the requests that `node:http` accepts although RFC 9112 says that a server must not.
 *
 * The server has to keep all lines of a Host field: see `joinDuplicateHeaders` in `createServer`.
 */
export function checkRequests(handler: Stet["node"], log: Log): Stet["node"] {
  const isValidHost = remembered(isHost);
  return (request, response, next) => {
    const status = findFault(request, isValidHost);
    if (status === undefined) return handler(request, response, next);
    refuse(request, response, status, log);
    return Promise.resolve();
  };
}

function findFault(request: Request, isValidHost: (value: string) => boolean): Fault | undefined {
  const { headers } = request;
  if ("stream" in request) return findAuthorityFault(headers, isValidHost);
  const { httpVersionMajor, httpVersionMinor } = request;
  if (httpVersionMajor !== 1) return httpVersionMajor === 0 ? 400 : 505;
  const coding = headers["transfer-encoding"];
  if (coding !== undefined && coding !== "chunked") {
    const fault = findCodingFault(coding);
    if (fault !== undefined) return fault;
  }
  const { host } = headers;
  // @see RFC 9112 §3.2
  if (host === undefined) return httpVersionMinor === 0 ? undefined : 400;
  return isValidHost(host) ? undefined : 400;
}

/**
 * Node decodes `chunked` and nothing else. A list without any coding doesn't tell where the content ends.
 *
 * @see RFC 9112 §6.1, §6.3
 */
function findCodingFault(list: string): Fault | undefined {
  const codings = list.split(",").map((coding) => coding.trim().toLowerCase());
  const given = codings.filter((coding) => coding !== "");
  if (given.some((coding) => coding !== "chunked")) return 501;
  return given.length === 1 ? undefined : 400;
}

/** @see RFC 9113 §8.3.1 */
function findAuthorityFault(
  { ":authority": authority, host }: Request["headers"],
  isValidHost: (value: string) => boolean,
): Fault | undefined {
  const value = authority ?? host;
  if (typeof value !== "string" || !isValidHost(value)) return 400;
  return host === undefined || host.toLowerCase() === value.toLowerCase() ? undefined : 400;
}

/** A check that is spared for the value that was valid last: nearly all requests to a server name the same host. */
function remembered(check: (value: string) => boolean): (value: string) => boolean {
  let valid = "";
  return (value) => {
    if (value === valid) return true;
    if (!check(value)) return false;
    valid = value;
    return true;
  };
}

/** Node sends it after the responses to the requests before it, and then closes the connection. */
function refuse(request: Request, response: Response, status: Fault, log: Log): void {
  const started = performance.now();
  const { fields, content } = toBareError(status);
  for (const [name, value] of Object.entries(fields)) response.setHeader(name, value);
  if (!("stream" in response)) response.setHeader("Connection", "close");
  response.statusCode = status;
  response.once("close", () => {
    const aborted = !response.writableFinished;
    log.delivered({
      request: { method: request.method ?? "", target: request.url ?? "" },
      status,
      judged: OUTCOMES[status],
      delivery: "bytes",
      bytes: aborted || request.method === "HEAD" ? 0 : content.length,
      ranges: [],
      aborted,
      ms: performance.now() - started,
    });
  });
  response.end(content);
}
