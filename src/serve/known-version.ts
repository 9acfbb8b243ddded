import type { ResponseHead } from "../decision/response-head.ts";
import { isNamed } from "../decision/select-representation.ts";
import type { EntityTag } from "../http/entity-tag.ts";
import type { Delivery } from "../deliveries/delivery.ts";
import { formatHttpDate } from "../http/http-date.ts";
import type { FieldLine } from "../http/request-fields.ts";
import { type OpenRepresentation, type Standing, unopened } from "../sources/source.ts";
import { type Answer, Prepared } from "./answer.ts";
import type { SelectedFile } from "./file-policy.ts";
import { judge, type Judged, toAnswer } from "./judge-file.ts";
import type { RequestHead } from "./request-head.ts";

/** What a version costs beside its content: its heads, its names and the tables that hold them. Bytes. */
const COST = 2048;

/** What a part costs beside its content. Bytes. */
const COST_OF_PART = 2048;

/** The room for a head of the usual fields. Bytes. */
const USUAL_ROOM = 1024;

/** The longest Range field that a part is kept by. Characters; one range of the largest file has fewer. */
const LONGEST_RANGE = 48;

export interface HeldVersion {
  readonly selected: SelectedFile;
  readonly standing: Standing;
  /** With its bytes at hand, or without. */
  readonly open: OpenRepresentation;
  /** Bytes of memory in front of the content that are nobody's, see `BytesDelivery`. */
  readonly room: number;
}

/** One version of one variant, with the answers that are the same for everyone but for their date. */
export class KnownVersion {
  readonly #selected: SelectedFile;
  readonly #standing: Standing;
  readonly #open: OpenRepresentation;
  /** The content, where it is at hand. */
  readonly #bytes: Uint8Array | undefined;
  readonly #room: number;
  readonly #toGet = new AnswersToAll();
  readonly #toHead = new AnswersToAll();
  /** Small parts of a content that isn't at hand, by the field that asked for them. */
  readonly #parts = new Map<string, KnownAnswer>();
  #bytesOfParts = 0;

  constructor({ selected, standing, open, room }: HeldVersion) {
    this.#selected = selected;
    this.#standing = standing;
    this.#open = open.bytes === undefined ? unopened(open.representation) : open;
    this.#bytes = open.bytes;
    this.#room = room;
  }

  /** Bytes. */
  get cost(): number {
    return COST + costOfRoom(this.#room) + (this.#bytes?.length ?? 0) + this.#bytesOfParts;
  }

  stands(now: number): boolean {
    return this.#standing.stands(now);
  }

  /** Whether a range is of this version by one of the entity tags. */
  isNamed(tags: readonly EntityTag[]): boolean {
    return isNamed(tags, this.#selected.validators);
  }

  /** Whether that is this version, too, and has no bytes at hand that this one lacks. */
  covers({ selected, open }: HeldVersion): boolean {
    const { length, validators } = this.#selected;
    return (
      selected.length === length &&
      selected.validators.entityTag?.opaque === validators.entityTag?.opaque &&
      (this.#bytes !== undefined || open.bytes === undefined)
    );
  }

  /** The answer to a request; undefined where the content has to be opened for it. */
  answer(request: RequestHead, now: number): Answer | undefined {
    const judged = judge(request, this.#selected, now);
    const { kind } = judged.decision;
    if (this.#bytes === undefined && request.method !== "HEAD") {
      if (kind === "full") return undefined;
      if (kind === "partial") return this.#parts.get(toPartKey(request, judged))?.at(now);
    }
    if (kind !== "full" && kind !== "not-modified") return this.#tell(judged, request);
    const answers = request.method === "HEAD" ? this.#toHead : this.#toGet;
    answers[kind] ??= new KnownAnswer(withRoom(this.#tell(judged, request), this.#room));
    return answers[kind].at(now);
  }

  #tell(judged: Judged, request: RequestHead): Answer {
    return toAnswer(judged, request, this.#selected, this.#open);
  }

  /** Whether an answer is a small part, of a content that isn't at hand, that isn't kept yet. */
  lacks(request: RequestHead, judged: Judged, answer: Answer, maxBytes: number): boolean {
    const key = toPartKey(request, judged);
    if (this.#bytes !== undefined || !isOnePart(judged) || key.length > LONGEST_RANGE) return false;
    return costOfPart(answer) <= maxBytes && !this.#parts.has(key);
  }

  /** Keeps a part that it lacks, in place of those that have been kept longest. */
  learnPart(request: RequestHead, judged: Judged, answer: Answer, maxBytes: number): Answer {
    const part = new KnownAnswer(answer);
    this.#parts.set(toPartKey(request, judged), part);
    this.#bytesOfParts += costOfPart(answer);
    this.#forgetParts(maxBytes);
    return part.at(judged.now);
  }

  #forgetParts(maxBytes: number): void {
    for (const [key, part] of this.#parts) {
      if (this.#bytesOfParts <= maxBytes) return;
      this.#parts.delete(key);
      this.#bytesOfParts -= costOfPart(part);
    }
  }
}

/** What was decided, with the answer that tells it. */
class AnswersToAll {
  full: KnownAnswer | undefined = undefined;
  "not-modified": KnownAnswer | undefined = undefined;
}

/** An answer that is given again and again, each time with the date of the present second. */
class KnownAnswer implements Answer {
  readonly head: KnownHead;
  readonly delivery: Delivery;
  readonly judged: Answer["judged"];
  readonly file: Answer["file"];
  readonly ranges: Answer["ranges"];
  readonly prepared: Prepared = new Prepared();

  constructor({ head, delivery, judged, file, ranges }: Answer) {
    this.head = new KnownHead(head);
    this.delivery = delivery;
    this.judged = judged;
    this.file = file;
    this.ranges = ranges;
  }

  at(now: number): this {
    presentDate.set(now);
    return this;
  }
}

class KnownHead implements ResponseHead {
  readonly status: number;
  readonly fields: readonly FieldLine[];

  constructor({ status, fields }: ResponseHead) {
    this.status = status;
    this.fields = fields.map((line) => (line[0] === "Date" ? presentDate.line : line));
  }
}

/**
 * The Date of all answers that are kept. It is one line for them all, so that thousands of them don't have to be made
 * anew each second. Whoever is given one sends it at once.
 */
class PresentDate {
  readonly line: [name: "Date", value: string] = ["Date", ""];
  #second = Number.NaN;

  set(now: number): void {
    const second = Math.floor(now / 1000);
    if (second === this.#second) return;
    this.#second = second;
    this.line[1] = formatHttpDate(second);
  }
}

const presentDate = new PresentDate();

/** What is said of a part depends on its place, and on what an If-Range rests on. */
function toPartKey({ fields }: RequestHead, { ifRange }: Judged): string {
  const range = fields.range ?? "";
  return ifRange === undefined ? range : `${ifRange} ${range}`;
}

function isOnePart({ decision }: Judged): boolean {
  return decision.kind === "partial" && decision.ranges.length === 1;
}

function costOfPart({ delivery }: Answer): number {
  if (delivery.kind !== "bytes") return Infinity;
  return COST_OF_PART + costOfRoom(delivery.room ?? 0) + delivery.bytes.length;
}

/** A head is kept beside its room, too: as a list, as text and as what loggers ask for. A usual one counts as names do. */
function costOfRoom(room: number): number {
  return room + 3 * Math.max(0, room - USUAL_ROOM);
}

/** The memory in front of the whole content is lent to the one answer that sends all of it. */
function withRoom(answer: Answer, room: number): Answer {
  return answer.delivery.kind === "bytes" ? { ...answer, delivery: { ...answer.delivery, room } } : answer;
}
