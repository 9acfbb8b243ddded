import type { RequestFields } from "../http/request-fields.ts";

/** A request as an adapter hands it in: nothing of its framework or runtime is left. */
export interface RequestHead {
  readonly method: string;
  /** The request target as sent, less what a framework has taken off the front of it. */
  readonly target: string;
  readonly fields: RequestFields;
  readonly mount?: Mount | undefined;
  /** The framework has routed the request by another path than the target says, so no file is served for it. */
  readonly ambiguous?: true | undefined;
  /** The request as the runtime or the framework has it, for whoever decides about it or is told of it. */
  readonly native?: object | undefined;
}

/** What a framework took off the front of the target before it called: `app.use("/static", …)`. */
export interface Mount {
  /** As sent, without a slash at its end: `"/static"`. */
  readonly pathname: string;
  /** Whether the target was the mount itself, without a slash: the framework then shows "/" all the same. */
  readonly bare: boolean;
}
