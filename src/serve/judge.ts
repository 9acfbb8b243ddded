import type { Answer } from "./answer.ts";
import type { RequestHead } from "./request-head.ts";

/** The answer, or `"pass"` where there is nothing here and another handler may know better. */
export type Outcome = Answer | "pass";

/** The ways to an answer. */
export interface Judge {
  /** At once, of what is known. */
  readonly recall: (request: RequestHead) => Answer | undefined;
  /** The whole way, to an answer of our own. */
  readonly judge: (request: RequestHead) => Promise<Answer>;
  /**
   * The whole way, where someone else may answer what isn't ours, and what fails.
   *
   * @throws DeliveryError
   */
  readonly attempt: (request: RequestHead) => Promise<Outcome>;
  /** The canonical path that is asked for, for whoever is told of the request. */
  readonly pathOf: (request: RequestHead) => string | undefined;
  /** Lets go of what was given for this one request, where its client goes before its turn. Default: nothing was. */
  readonly letGo?: (() => void) | undefined;
}
