import type { RequestHead } from "../serve/request-head.ts";
import type { Delivered } from "./delivered.ts";
import { printableTarget } from "./printable.ts";

/** What a log line is made of: the event of a request, or what the command knows of one that it refused by itself. */
export interface LoggedRequest extends Pick<
  Delivered,
  "status" | "delivery" | "bytes" | "ranges" | "aborted" | "ms"
> {
  readonly request: Pick<RequestHead, "method" | "target">;
  readonly judged: Delivered["judged"] | "version-not-supported";
}

/** What a log tells of one request. All of it is ASCII that is safe to show on a terminal. */
export interface LogFields {
  readonly method: string;
  /** As sent, without its query: no file depends on that, and it may hold a secret. */
  readonly path: string;
  readonly status: number;
  /** Bytes of content. */
  readonly bytes: number;
  /** Milliseconds, to the thousandth. */
  readonly ms: number;
  readonly judged: LoggedRequest["judged"];
  readonly delivery: Delivered["delivery"];
  /** Where the answer holds some. */
  readonly ranges?: Delivered["ranges"];
  readonly aborted: boolean;
}

export function toLogFields(event: LoggedRequest): LogFields {
  const { request, status, bytes, ms, judged, delivery, ranges, aborted } = event;
  const [path = ""] = request.target.split("?", 1);
  return {
    method: printableTarget(request.method),
    path: printableTarget(path),
    status,
    bytes,
    ms: Math.round(ms * 1000) / 1000,
    judged,
    delivery,
    ...(ranges.length > 0 && { ranges }),
    aborted,
  };
}

/** Shows a status, in colour or not. */
export type PaintStatus = (status: number) => string;

/** One line for a person: `GET /index.html 200 612 bytes 1.3 ms full`. */
export function formatLogLine(fields: LogFields, paintStatus: PaintStatus = String): string {
  const { method, path, status, bytes, ms, judged, aborted } = fields;
  const line = `${method} ${path} ${paintStatus(status)} ${bytes} bytes ${ms.toFixed(1)} ms ${judged}`;
  return aborted ? `${line} aborted` : line;
}
