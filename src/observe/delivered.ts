import type { Answer, DeliveryName, Judgement } from "../serve/answer.ts";
import type { RequestHead } from "../serve/request-head.ts";

/** What became of one request. */
export interface Delivered {
  /** As stet read it. Its `native` is the request as the runtime or the framework has it, with all that they put there. */
  readonly request: RequestHead;
  /**
   * Canonical, below the root: of the file that was judged, otherwise of what was asked for. A folder that was asked for
   * with its slash has it. Undefined where the target names nothing that could be there: malformed, or a name that isn't
   * served.
   */
  readonly path: string | undefined;
  /** Of the answer that left from here: to a server in front it is a 200, whatever that makes of it for a range. */
  readonly status: number;
  /** What was judged, in a word: `"full"`, `"not-modified"`, `"not-found"`, … */
  readonly judged: Judgement;
  /**
   * How the content left: `"none"` where there is none, `"bytes"` from memory, in one write with the head, and large ones
   * by `"stream"`, or past Node's streams by `"copy"` or `"zero-copy"`. Where another server sends it, the name of that.
   */
  readonly delivery: DeliveryName;
  /** Bytes of content that were handed to the connection, or that another server is to send. */
  readonly bytes: number;
  /** The ranges that were sent, or are to be, where it isn't the whole; in order. */
  readonly ranges: NonNullable<Answer["ranges"]>;
  /** Bytes of the whole representation that was judged, of which `ranges` are parts; undefined where there was none. */
  readonly completeLength: number | undefined;
  /** Whether all of the answer was handed to the connection. */
  readonly finished: boolean;
  /** The opposite: the client went away, or the file did, before all of it was sent. */
  readonly aborted: boolean;
  /** Milliseconds from the request's head to the last byte. */
  readonly ms: number;
}
