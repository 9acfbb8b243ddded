import { redate, type SelectedRepresentation } from "../decision/response-head.ts";
import type { OpenRepresentation, Standing } from "../sources/source.ts";
import { type Answer, Prepared } from "./answer.ts";
import { judge, type Judged, toAnswer } from "./judge-file.ts";
import type { RequestHead } from "./request-head.ts";

/** What a version costs beside its content: its heads, its names and the tables that hold them. Bytes. */
const COST = 2048;

/** What a part costs beside its content. Bytes. */
const COST_OF_PART = 1024;

/** The longest Range field that a part is kept by. Characters; one range of the largest file has fewer. */
const LONGEST_RANGE = 48;

export interface HeldVersion {
  readonly selected: SelectedRepresentation;
  readonly standing: Standing;
  /** With its bytes at hand, or without. */
  readonly open: OpenRepresentation;
  /** Bytes of memory in front of the content that are nobody's, see `BytesDelivery`. */
  readonly room: number;
}

/** One version of one variant, with the answers that are the same for everyone but for their date. */
export class KnownVersion {
  readonly #held: HeldVersion;
  readonly #answers = { GET: new Map<string, KnownAnswer>(), HEAD: new Map<string, KnownAnswer>() };
  /** Small parts of a content that isn't at hand, by the field that asked for them. */
  readonly #parts = new Map<string, KnownAnswer>();
  #bytesOfParts = 0;

  constructor(held: HeldVersion) {
    this.#held = held.open.bytes === undefined ? { ...held, open: withoutBytes(held.open) } : held;
  }

  /** Bytes. */
  get cost(): number {
    const { open, room } = this.#held;
    return COST + room + (open.bytes?.length ?? 0) + this.#bytesOfParts;
  }

  stands(now: number): boolean {
    return this.#held.standing.stands(now);
  }

  /** Whether that is this version, too. */
  is({ selected }: HeldVersion): boolean {
    const { length, validators } = this.#held.selected;
    return (
      selected.length === length && selected.validators.entityTag?.opaque === validators.entityTag?.opaque
    );
  }

  /** The answer to a request; undefined where the content has to be opened for it. */
  answer(request: RequestHead, now: number): Answer | undefined {
    const { selected, open } = this.#held;
    const judged = judge(request, selected, now);
    const { kind } = judged.decision;
    if (open.bytes === undefined && request.method !== "HEAD") {
      if (kind === "full") return undefined;
      if (kind === "partial") return this.#parts.get(toPartKey(request, judged))?.at(now);
    }
    if (kind !== "full" && kind !== "not-modified") return toAnswer(judged, request, selected, open);
    const answers = this.#answers[request.method === "HEAD" ? "HEAD" : "GET"];
    let known = answers.get(kind);
    if (known === undefined) {
      known = new KnownAnswer(withRoom(toAnswer(judged, request, selected, open), this.#held.room), now);
      answers.set(kind, known);
    }
    return known.at(now);
  }

  /** Keeps a small part of a content that isn't at hand, in place of those that have been kept longest. */
  learnPart(request: RequestHead, judged: Judged, answer: Answer, maxBytes: number): Answer {
    const key = toPartKey(request, judged);
    const cost = costOfPart(answer);
    if (this.#held.open.bytes !== undefined || !isOnePart(judged) || key.length > LONGEST_RANGE)
      return answer;
    if (cost > maxBytes || this.#parts.has(key)) return answer;
    const part = new KnownAnswer(answer, judged.now);
    this.#parts.set(key, part);
    this.#bytesOfParts += cost;
    this.#forgetParts(maxBytes);
    return part.at(judged.now);
  }

  #forgetParts(maxBytes: number): void {
    for (const [key, part] of this.#parts) {
      if (this.#bytesOfParts <= maxBytes) return;
      this.#parts.delete(key);
      this.#bytesOfParts -= costOfPart(part.latest);
    }
  }
}

/** An answer that is given again and again, each time with the date of the present second. */
class KnownAnswer {
  #answer: Answer;
  #second: number;

  constructor(answer: Answer, now: number) {
    this.#answer = { ...answer, prepared: new Prepared() };
    this.#second = toSecond(now);
  }

  get latest(): Answer {
    return this.#answer;
  }

  at(now: number): Answer {
    const second = toSecond(now);
    if (second !== this.#second) {
      this.#second = second;
      this.#answer = { ...this.#answer, head: redate(this.#answer.head, now) };
    }
    return this.#answer;
  }
}

function toSecond(now: number): number {
  return Math.floor(now / 1000);
}

/** What is said of a part depends on its place, and on what an If-Range rests on. */
function toPartKey({ fields }: RequestHead, { ifRange }: Judged): string {
  const range = fields.range ?? "";
  return ifRange === undefined ? range : `${ifRange} ${range}`;
}

function isOnePart({ decision }: Judged): boolean {
  return decision.kind === "partial" && decision.ranges.length === 1;
}

function costOfPart({ delivery }: Answer): number {
  return delivery.kind === "bytes" ? COST_OF_PART + (delivery.room ?? 0) + delivery.bytes.length : Infinity;
}

/** The memory in front of the whole content is lent to the one answer that sends all of it. */
function withRoom(answer: Answer, room: number): Answer {
  return answer.delivery.kind === "bytes" ? { ...answer, delivery: { ...answer.delivery, room } } : answer;
}

/** What is said of a version, without a hold on it: its content has to be opened. */
function withoutBytes({ representation }: OpenRepresentation): OpenRepresentation {
  return { representation, read: () => Promise.resolve(0), close: () => undefined };
}
