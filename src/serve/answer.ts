import type { Decision } from "../decision/decide.ts";
import type { ResponseHead } from "../decision/response-head.ts";
import type { Delivery } from "../deliveries/delivery.ts";

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

/** A judged request: what to say, and how its content leaves. An adapter sends it and closes what it holds. */
export interface Answer {
  readonly head: ResponseHead;
  readonly delivery: Delivery;
  readonly judged: Judgement;
  /** The same for answers that differ in their Date alone. */
  readonly prepared?: Prepared;
}

/** Where an adapter keeps what it has made of an answer that is given again and again. */
export class Prepared {
  form: unknown = undefined;
}
