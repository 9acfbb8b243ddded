import type { ResponseHead } from "../decision/response-head.ts";

/** What is said of the content of stet's own answer, which isn't sent. */
const OF_ITS_CONTENT = new Set(["content-length", "content-type", "date"]);

/**
 * A failure, for a framework's own error handler: in place of the answer that stet would give. The names are those that
 * the frameworks ask for. Its message is the status' own, since some of them show it to the client; what has happened is
 * its `cause`.
 */
export class DeliveryError extends Error {
  override readonly name = "DeliveryError";
  readonly status: number;
  readonly statusCode: number;
  /** What the answer is to tell: Retry-After, CORS. */
  readonly headers: Readonly<Record<string, string>>;
  readonly expose = false;

  constructor(title: string, { status, fields }: ResponseHead, cause: unknown) {
    super(title, { cause });
    this.status = status;
    this.statusCode = status;
    this.headers = Object.fromEntries(fields.filter(([name]) => !OF_ITS_CONTENT.has(name.toLowerCase())));
  }
}
