import type { Variant } from "../decision/representation.ts";
import { selectingFields, selectRepresentation } from "../decision/select-representation.ts";
import type { SelectedRepresentation } from "../decision/response-head.ts";
import type { RequestFields } from "../http/request-fields.ts";
import { type FileResource, type OpenRepresentation, readRange, type Standing } from "../sources/source.ts";
import type { Answer } from "./answer.ts";
import { type FilePolicy, toSelected } from "./file-policy.ts";
import { judge, toAnswer } from "./judge-file.ts";
import type { RequestHead } from "./request-head.ts";
import type { Keep } from "./serve-file.ts";

export interface KnownFilesLimits {
  /** Bytes that all that is known may take. */
  readonly maxBytes: number;
  /** Bytes of the largest content that is kept; of a larger file only what is said of it. */
  readonly maxFileBytes: number;
}

/** What a version costs beside its content: its heads, its names and the tables that hold them. Bytes. */
const COST = 2048;

/** Values of Accept-Encoding whose choice is remembered for a file; browsers have a handful between them. */
const MOST_CHOICES = 16;

/**
 * What is known of the targets that were asked for: the file that each led to, its versions' validators, the bytes of
 * small ones, and the answers of the present second.
 *
 * It judges nothing by itself. A request is judged as ever; only the looking and opening is spared, as long as the source
 * says that what was found stands.
 */
export class KnownFiles {
  readonly #limits: KnownFilesLimits;
  readonly #files = new Map<string, KnownFile>();
  #bytes = 0;

  constructor(limits: KnownFilesLimits) {
    this.#limits = limits;
  }

  /** The answer to a request for what is known; undefined where the source has to be asked. */
  recall(request: RequestHead): Answer | undefined {
    const { method, target, mount } = request;
    if ((method !== "GET" && method !== "HEAD") || mount?.bare === true) return undefined;
    const key = toKey(target);
    const file = this.#files.get(key);
    if (file === undefined) return undefined;
    const now = file.policy.clock();
    if (file.standing.stands(now)) return file.answer(request, now);
    this.#forget(key, file);
    return undefined;
  }

  /** What keeps the versions of a file that a target has led to; undefined where nothing is to be known of it. */
  keeperOf(target: string, resource: FileResource, policy: FilePolicy): Keep | undefined {
    const { standing } = resource;
    const key = toKey(target);
    // Each file has one plain spelling, and any number of escaped ones, which would fill the memory with copies of it.
    if (standing === undefined || !key.startsWith("/") || key.includes("%")) return undefined;
    return async (open) => {
      if (open.standing === undefined) return open;
      const held = await this.#hold(open);
      this.#learn(key, new KnownFile(resource, standing, policy), open.standing, held);
      return held;
    };
  }

  /** The version with its bytes at hand, where they are few. */
  async #hold(open: OpenRepresentation): Promise<OpenRepresentation> {
    const { length } = open.representation;
    if (open.bytes !== undefined || length > this.#limits.maxFileBytes) return open;
    const bytes =
      length === 0 ? new Uint8Array() : await readRange(open, { firstPos: 0, lastPos: length - 1 });
    return {
      representation: open.representation,
      bytes,
      read: open.read.bind(open),
      close: () => open.close(),
    };
  }

  #learn(key: string, fresh: KnownFile, standing: Standing, open: OpenRepresentation): void {
    const before = this.#files.get(key);
    const file = before?.standing === fresh.standing ? before : fresh;
    if (before !== undefined) this.#forget(key, before);
    file.learn(standing, open);
    this.#files.set(key, file);
    this.#bytes += file.cost;
    this.#makeRoom();
  }

  #forget(key: string, file: KnownFile): void {
    this.#files.delete(key);
    this.#bytes -= file.cost;
  }

  /** Forgets what was asked for longest ago; what was asked for since it was last looked at here gets another turn. */
  #makeRoom(): void {
    for (const [key, file] of this.#files) {
      if (this.#bytes <= this.#limits.maxBytes) return;
      this.#forget(key, file);
      if (!file.takeTurn()) continue;
      this.#files.set(key, file);
      this.#bytes += file.cost;
    }
  }
}

/** A query changes nothing of the file that a target leads to. */
function toKey(target: string): string {
  const query = target.indexOf("?");
  return query === -1 ? target : target.slice(0, query);
}

/** What is known of one file: its variants, and the versions of those that were asked for. */
class KnownFile {
  readonly policy: FilePolicy;
  readonly standing: Standing;
  /** Bytes. */
  cost = 0;
  readonly #resource: FileResource;
  readonly #vary: string | undefined;
  readonly #versions = new Map<string | undefined, KnownVersion>();
  readonly #choices = new Map<string | undefined, Variant | undefined>();
  #asked = false;

  constructor(resource: FileResource, standing: Standing, policy: FilePolicy) {
    this.#resource = resource;
    this.standing = standing;
    this.policy = policy;
    this.#vary = selectingFields(resource.variants);
  }

  learn(standing: Standing, open: OpenRepresentation): void {
    const { contentCoding } = open.representation;
    this.#versions.set(
      contentCoding,
      new KnownVersion(open, toSelected(open, this.policy, this.#vary), standing),
    );
    this.cost = 0;
    for (const version of this.#versions.values()) this.cost += version.cost;
  }

  answer(request: RequestHead, now: number): Answer | undefined {
    this.#asked = true;
    const variant = this.#choose(request.fields);
    const version = variant && this.#versions.get(variant.contentCoding);
    return version?.standing.stands(now) === true ? version.answer(request, now) : undefined;
  }

  /** Whether it was asked for since the last turn. */
  takeTurn(): boolean {
    const asked = this.#asked;
    this.#asked = false;
    return asked;
  }

  #choose(fields: RequestFields): Variant | undefined {
    const field = fields["accept-encoding"];
    if (this.#choices.has(field)) return this.#choices.get(field);
    const [variant] = selectRepresentation(this.#resource.variants, fields);
    if (this.#choices.size >= MOST_CHOICES) this.#choices.clear();
    this.#choices.set(field, variant);
    return variant;
  }
}

/** One version of one variant, with the answers that are the same for everyone within a second. */
class KnownVersion {
  readonly standing: Standing;
  readonly cost: number;
  readonly #selected: SelectedRepresentation;
  readonly #open: OpenRepresentation;
  readonly #answers = new Map<string, Answer>();
  #second = 0;

  constructor(open: OpenRepresentation, selected: SelectedRepresentation, standing: Standing) {
    this.#selected = selected;
    this.standing = standing;
    this.#open = open.bytes === undefined ? withoutBytes(open) : open;
    this.cost = COST + (open.bytes?.length ?? 0);
  }

  answer(request: RequestHead, now: number): Answer | undefined {
    const judged = judge(request, this.#selected, now);
    const { kind } = judged.decision;
    if (kind !== "full" && kind !== "not-modified") return this.#tell(judged, request);
    this.#turnSecond(now);
    const key = request.method + kind;
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = this.#tell(judged, request);
    if (answer !== undefined) this.#answers.set(key, answer);
    return answer;
  }

  #tell(judged: ReturnType<typeof judge>, request: RequestHead): Answer | undefined {
    const answer = toAnswer(judged, request, this.#selected, this.#open);
    return answer.delivery.kind === "stream" ? undefined : answer;
  }

  /** Every head tells its second. */
  #turnSecond(now: number): void {
    const second = Math.floor(now / 1000);
    if (second === this.#second) return;
    this.#second = second;
    this.#answers.clear();
  }
}

/** What is said of a version, without a hold on it: its content has to be opened. */
function withoutBytes({ representation }: OpenRepresentation): OpenRepresentation {
  return { representation, read: () => Promise.resolve(0), close: () => undefined };
}
