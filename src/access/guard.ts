import type { DispositionType } from "../http/content-disposition.ts";
import { type FieldLine, fieldOfNative } from "../http/request-fields.ts";
import type { Admission, Admit } from "../serve/admission.ts";
import { SourceError } from "../sources/source.ts";
import { assertDisposition, assertKnown, isRecord, show } from "../sources/check-arguments.ts";

/**
 * Decides who may have what. It is asked once for each request that could lead to something, whether that is there or
 * not, and before anything of it is judged: not even a client that knows its entity tag learns that it is there. With `spa`, a `deny(404)` has it asked once more, about the
 * page that stands for what is missing.
 */
export type Guard = (asked: GuardedRequest) => GuardAnswer | Promise<GuardAnswer>;

/** What a guard is asked. */
export interface GuardedRequest {
  /** The request as the runtime or the framework has it: an `IncomingMessage`, an Express request, a `Request`. */
  readonly request: object;
  /** A field of the request by its name, in any case; several lines are joined by a comma. */
  readonly field: (name: string) => string | undefined;
  readonly method: string;
  /**
   * What would be served, below the root and decoded, after index and extensions: `"reports/2026/index.html"`. A folder
   * ends with a slash. Where nothing is there, it is what was asked for.
   */
  readonly path: string;
  /** What stands there; undefined where nothing does. */
  readonly resource: "file" | "directory" | undefined;
}

/** `allow()`, `deny(404)`, or an answer of the guard's own, such as a redirect to the page where one signs in. */
export type GuardAnswer = Allowance | Denial | Response | ResponseLike;

/** A small answer, written out. */
export interface ResponseLike {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array<ArrayBuffer> | null | undefined;
}

export type DeniedStatus = 401 | 403 | 404;

class Allowance {
  readonly said: AllowOptions;

  constructor(said: AllowOptions) {
    this.said = said;
  }
}

class Denial {
  readonly status: DeniedStatus;
  readonly challenge: string;

  constructor(status: DeniedStatus, challenge: string) {
    this.status = status;
    this.challenge = challenge;
  }
}

export type { Allowance, Denial };

/** How this client gets the file. */
export interface AllowOptions {
  /** The Cache-Control of this answer. Default: the policy's, which with a guard is `"private, no-cache"`. */
  readonly cacheControl?: string | undefined;
  /** The name under which the client saves the file: any text; it is made safe for every client. */
  readonly as?: string | undefined;
  /** `"attachment"` is saved, `"inline"` is shown. Default: `"attachment"` where `as` is given. */
  readonly disposition?: DispositionType | undefined;
}

const KNOWN_OF_ALLOW: Readonly<Record<keyof AllowOptions, true>> = {
  as: true,
  cacheControl: true,
  disposition: true,
};

/**
 * The client may have it.
 *
 * @throws TypeError for an option that means nothing, saying what to write instead
 */
export function allow(options: AllowOptions = {}): Allowance {
  assertKnown(options, KNOWN_OF_ALLOW);
  const { cacheControl } = options;
  if (cacheControl !== undefined && (typeof cacheControl !== "string" || cacheControl.trim() === "")) {
    throw new TypeError(`allow() takes { cacheControl: "private, max-age=60" }, not ${show(cacheControl)}.`);
  }
  assertDisposition(options);
  return new Allowance(options);
}

/** A 401 has to name a scheme (RFC 9110 §11.6.1). This one is nobody's, so no browser asks for a password. */
const NO_SCHEME = "Session";

/**
 * The client may not have it.
 *
 * @param status 404 looks as if nothing were there, 403 says that signing in won't help, 401 that it would. Default: 404
 * @param options.challenge the WWW-Authenticate of a 401, such as `'Basic realm="documents"'`
 * @throws TypeError for another status
 */
export function deny(status: DeniedStatus = 404, options: { readonly challenge?: string } = {}): Denial {
  if (!Object.hasOwn(PROBLEMS, status)) {
    throw new TypeError(
      `deny() takes 401, 403 or 404, not ${show(status)}: return { status } for another answer.`,
    );
  }
  return new Denial(status, options.challenge ?? NO_SCHEME);
}

const PROBLEMS = { 401: "unauthorized", 403: "forbidden", 404: "not-found" } as const;

/** Asks a guard, for as long as is right. @param timeout milliseconds after which the client is asked to come back */
export function toAdmit(guard: Guard, timeout: number): Admit {
  return async ({ request, path, resource }) => {
    const native = request.native ?? request;
    const field = (name: string): string | undefined => fieldOfNative(native, name.toLowerCase());
    const asked = { request: native, field, method: request.method, path, resource };
    return toAdmission(await within(timeout, async () => guard(asked)));
  };
}

async function within<T>(timeout: number, call: () => Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`The guard gave no answer within ${timeout} ms.`);
    timer = setTimeout(() => reject(new SourceError("busy", error)), timeout);
  });
  try {
    return await Promise.race([call(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function toAdmission(answer: GuardAnswer): Admission | Promise<Admission> {
  if (answer instanceof Allowance) return { kind: "allowed", said: answer.said };
  if (answer instanceof Denial) {
    const fields: readonly FieldLine[] =
      answer.status === 401 ? [["WWW-Authenticate", answer.challenge]] : [];
    return { kind: "denied", problem: PROBLEMS[answer.status], fields };
  }
  if (isRecord(answer) && isStatus(answer.status)) {
    if (answer instanceof Response) return fromResponse(answer);
    if (isBody(answer.body ?? "")) return fromResponseLike(answer);
  }
  throw new TypeError(
    `The guard gives allow(), deny(401), deny(403), deny(404) or a response such as { status: 302, headers: { Location: "/login" } }, not ${show(answer)}.`,
  );
}

function isStatus(status: unknown): boolean {
  return Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599;
}

function isBody(body: unknown): boolean {
  return typeof body === "string" || body instanceof Uint8Array;
}

async function fromResponse(response: Response): Promise<Admission> {
  const content = new Uint8Array(await response.arrayBuffer());
  return { kind: "answered", status: response.status, fields: [...response.headers], content };
}

function fromResponseLike({ status, headers = {}, body = "" }: ResponseLike): Admission {
  const content = typeof body === "string" ? new TextEncoder().encode(body) : (body ?? new Uint8Array());
  return { kind: "answered", status, fields: Object.entries(headers), content };
}
