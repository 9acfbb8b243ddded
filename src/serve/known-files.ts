import type { Variant } from "../decision/representation.ts";
import type { SelectedRepresentation } from "../decision/response-head.ts";
import { namedTags, selectingFields, selectRepresentation } from "../decision/select-representation.ts";
import { load } from "../deliveries/choose-delivery.ts";
import { type FoundVariants, type OpenRepresentation, type Standing, unopened } from "../sources/source.ts";
import type { Answer } from "./answer.ts";
import { type FilePolicy, toSelected } from "./file-policy.ts";
import { type HeldVersion, KnownVersion } from "./known-version.ts";
import type { RequestHead } from "./request-head.ts";
import type { Keeper } from "./serve-file.ts";

export interface KnownFilesLimits {
  /** Bytes that all that is known may take. */
  readonly maxBytes: number;
  /** Bytes of the largest content that is kept; of a larger file, only what is said of it, and small parts. */
  readonly maxFileBytes: number;
}

/** Values of Accept-Encoding whose choice is remembered for a file; browsers have a handful between them. */
const MOST_CHOICES = 8;

/** The longest value that is remembered. Characters. */
const LONGEST_CHOICE = 64;

/**
 * What is known of the targets that were asked for: the file that each led to, its versions' validators, the bytes of
 * small ones, and the answers that everyone gets.
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
    const { method, target, mount, ambiguous } = request;
    if ((method !== "GET" && method !== "HEAD") || mount?.bare === true || ambiguous === true)
      return undefined;
    const key = toKey(target);
    const file = this.#files.get(key);
    if (file === undefined) return undefined;
    const now = file.clock();
    if (file.standing.stands(now)) return file.answer(request, now);
    this.#forget(key, file);
    return undefined;
  }

  /** What keeps the versions of a file that a target has led to; undefined where nothing is to be known of it. */
  keeperOf(target: string, { variants, standing }: FoundVariants, policy: FilePolicy): Keeper | undefined {
    const key = toKey(target);
    // Each file has one plain spelling, and any number of escaped ones, which would fill the memory with copies of it.
    if (standing === undefined || !key.startsWith("/") || key.includes("%")) return undefined;
    const vary = selectingFields(variants);
    const learn = (held: HeldVersion): KnownVersion =>
      this.#change(key, new KnownFile(variants, standing, policy.clock), (file) => file.learn(held));
    let version: KnownVersion | undefined;
    return {
      keep: async (open) => {
        if (open.standing === undefined) return open;
        const selected = toSelected(open, policy, vary);
        const held = await this.#hold(open, selected);
        const { standing: found } = open;
        // It has changed while it was read.
        if (found === undefined) return held.open;
        version = learn({ ...held, selected, standing: found });
        return held.open;
      },
      looked: ({ representation, standing: found }) => {
        if (found === undefined) return;
        const open = unopened(representation);
        learn({ open, room: 0, selected: toSelected(open, policy, vary), standing: found });
      },
      answered: (request, judged, answer) => {
        const [file, answering, { maxFileBytes }] = [this.#files.get(key), version, this.#limits];
        const isNew = answering?.lacks(request, judged, answer, maxFileBytes) === true;
        if (file === undefined || !isNew) return answer;
        return this.#change(key, file, () => answering.learnPart(request, judged, answer, maxFileBytes));
      },
    };
  }

  /** The version with its bytes at hand, where they are few. */
  async #hold(
    open: OpenRepresentation,
    { fields }: SelectedRepresentation,
  ): Promise<Pick<HeldVersion, "open" | "room">> {
    const { representation } = open;
    const { length } = representation;
    if (open.bytes !== undefined || length > this.#limits.maxFileBytes) return { open, room: 0 };
    const pieces = length === 0 ? [] : [{ firstPos: 0, lastPos: length - 1 }];
    const { bytes, room = 0 } = await load({ open, pieces, length }, fields);
    return { open: { representation, bytes, read: open.read.bind(open), close: () => open.close() }, room };
  }

  /** Everything that may make a file take more or less memory. */
  #change<T>(key: string, fresh: KnownFile, change: (file: KnownFile) => T): T {
    const before = this.#files.get(key);
    const file = before?.standing === fresh.standing ? before : fresh;
    if (before !== undefined) this.#forget(key, before);
    const outcome = change(file);
    this.#files.set(key, file);
    this.#bytes += file.cost;
    this.#makeRoom();
    return outcome;
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
  readonly clock: () => number;
  readonly standing: Standing;
  readonly #variants: readonly Variant[];
  readonly #versions = new Map<string | undefined, KnownVersion>();
  /** By Accept-Encoding. */
  readonly #choices = new Map<string | undefined, Variant | undefined>();
  /** The choice that was made last: most requests are alike. */
  #latestField: string | undefined;
  #latest: KnownVersion | undefined;
  #asked = false;

  constructor(variants: readonly Variant[], standing: Standing, clock: () => number) {
    this.#variants = variants;
    this.standing = standing;
    this.clock = clock;
  }

  /** Bytes. */
  get cost(): number {
    let cost = 0;
    for (const version of this.#versions.values()) cost += version.cost;
    return cost;
  }

  learn(held: HeldVersion): KnownVersion {
    const { contentCoding } = held.selected;
    const before = this.#versions.get(contentCoding);
    // What is kept of its parts stays.
    if (before?.covers(held) === true && before.stands(this.clock())) return before;
    const version = new KnownVersion(held);
    this.#versions.set(contentCoding, version);
    this.#latest = undefined;
    return version;
  }

  answer(request: RequestHead, now: number): Answer | undefined {
    this.#asked = true;
    const version = this.#choose(request);
    return version?.stands(now) === true ? version.answer(request, now) : undefined;
  }

  /** Whether it was asked for since the last turn. */
  takeTurn(): boolean {
    const asked = this.#asked;
    this.#asked = false;
    return asked;
  }

  #choose(request: RequestHead): KnownVersion | undefined {
    const { fields } = request;
    if (fields.range !== undefined && this.#variants.length > 1) return this.#chooseForRange(request);
    const field = fields["accept-encoding"];
    if (this.#latest !== undefined && this.#latestField === field) return this.#latest;
    const variant = this.#variantFor(field, request);
    const version = variant && this.#versions.get(variant.contentCoding);
    if (isRemembered(field)) {
      this.#latestField = field;
      this.#latest = version;
    }
    return version;
  }

  /** As `serveFile` chooses; undefined where a version that would have to be looked at isn't known. */
  #chooseForRange(request: RequestHead): KnownVersion | undefined {
    const tags = namedTags(request);
    let first: KnownVersion | undefined;
    for (const { contentCoding } of selectRepresentation(this.#variants, request)) {
      const version = this.#versions.get(contentCoding);
      if (version === undefined || tags.length === 0 || version.isNamed(tags)) return version;
      first ??= version;
    }
    return first;
  }

  #variantFor(field: string | undefined, request: RequestHead): Variant | undefined {
    if (this.#choices.has(field)) return this.#choices.get(field);
    const [variant] = selectRepresentation(this.#variants, request);
    if (!isRemembered(field)) return variant;
    if (this.#choices.size >= MOST_CHOICES) this.#choices.clear();
    this.#choices.set(field, variant);
    return variant;
  }
}

/** Whoever asks decides how long it is. */
function isRemembered(field: string | undefined): boolean {
  return field === undefined || field.length <= LONGEST_CHOICE;
}
