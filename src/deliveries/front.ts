import type { Representation, Validators } from "../decision/representation.ts";
import type { FieldLine } from "../http/request-fields.ts";

export type FrontName = "nginx" | "apache" | "lighttpd" | "caddy" | "redirect";

/**
 * Another server, which sends the file that stet has judged and that the application has allowed. It is chosen by the
 * application alone: no field of a request says which, or whether.
 *
 * Every front passes `test/contracts/front.ts`, with the real server.
 */
export interface Front {
  readonly name: FrontName;
  /**
   * The validators that this server will tell of a file, where it makes its own: stet then judges by the same, and a client
   * that gets one answer from the one and the next from the other keeps its copy. Undefined where it can't be known what
   * they will be; stet then sends the file itself. Default: the server tells those that stet hands over.
   */
  validatorsOf?(representation: Representation): Validators | undefined;
  /** Fields that it adds to what it sends, and would tell twice if they were handed over, too. Default: none. */
  readonly adds?: readonly string[];
  /**
   * Whether it cuts a range out of what stet sends whole, by a judgement of its own, unless it is told that there are none.
   * Default: it passes on what stet sends.
   */
  readonly cuts?: boolean;
  /**
   * Whether it would send a part of a file that was replaced meanwhile as one of the file that was judged, since it takes the
   * validators that stet tells for those of whatever it opens: stet then sends parts by itself. Default: it judges the range
   * by what it has opened.
   */
  readonly splices?: boolean;
  /**
   * What makes this server send a file; undefined where it can't send this one, or isn't to.
   *
   * @throws TypeError where the application's own function has given no URL
   */
  handOver(file: HandedFile): Order | undefined | Promise<Order | undefined>;
}

/** A file that is to be sent by another. */
export interface HandedFile {
  /** Canonical and relative to the root, not percent-encoded. */
  readonly path: string;
  /** The Content-Type that the file is to be sent with. */
  readonly type: string | undefined;
  /** The Content-Disposition that the file is to be sent with. */
  readonly disposition: string | undefined;
  /** The request, as the runtime or the framework has it. */
  readonly request: object | undefined;
}

export type Order =
  /** The answer has this field in place of its content: the server in front reads it and drops it. */
  | { readonly kind: "field"; readonly field: FieldLine }
  /** The client itself goes there. */
  | { readonly kind: "location"; readonly location: string };
