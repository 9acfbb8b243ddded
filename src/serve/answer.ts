import type { Decision } from "../decision/decide.ts";
import type { ByteRange } from "../decision/representation.ts";
import type { ResponseHead } from "../decision/response-head.ts";
import type { Delivery } from "../deliveries/delivery.ts";
import type { Way } from "../deliveries/direct.ts";
import type { FrontName } from "../deliveries/front.ts";
import type { SelectedFile } from "./file-policy.ts";

/** What was judged of a request, in a word for the log. */
export type Judgement =
  | Decision["kind"]
  | "options"
  | "redirect"
  | "guarded"
  | "bad-request"
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "method-not-allowed"
  | "not-acceptable"
  | "failed"
  | "not-implemented"
  | "busy";

/** How a content left, in a word for the log: as the answer says, or by the way that the adapter has chosen for it. */
export type DeliveryName = Exclude<Delivery["kind"], "handed-over"> | FrontName | Way;

export function nameOfDelivery(delivery: Delivery): DeliveryName {
  return delivery.kind === "handed-over" ? delivery.to : delivery.kind;
}

/** A judged request: what to say, and how its content leaves. An adapter sends it and closes what it holds. */
export interface Answer {
  readonly head: ResponseHead;
  readonly delivery: Delivery;
  readonly judged: Judgement;
  /** What was judged; undefined where the answer is about no file. */
  readonly file?: SelectedFile | undefined;
  /** The ranges of it that a 206 holds, in order. */
  readonly ranges?: readonly ByteRange[] | undefined;
  /** The same for answers that differ in their Date alone. */
  readonly prepared?: Prepared;
}

/** The answer where the one that was judged can't be sent. */
export const FAILED: Answer = {
  head: { status: 500, fields: [] },
  delivery: { kind: "none" },
  judged: "failed",
};

/** Where an adapter keeps what it has made of an answer that is given again and again. */
export class Prepared {
  form: unknown = undefined;
}
