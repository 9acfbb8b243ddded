import type { Judgement } from "../serve/answer.ts";
import type { RequestHead } from "../serve/request-head.ts";

/** What became of one request. */
export interface Delivered {
  readonly request: RequestHead;
  readonly status: number;
  /** What was judged, in a word: `"full"`, `"not-modified"`, `"not-found"`, … */
  readonly judged: Judgement;
  /** Bytes of content that were handed to the connection. */
  readonly bytes: number;
  /** Whether the client went away, or the file did, before all of it was sent. */
  readonly aborted: boolean;
  /** Milliseconds from the request's head to the last byte. */
  readonly ms: number;
}
