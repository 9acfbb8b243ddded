import type { BigIntStats } from "node:fs";
import type { Validators } from "../../decision/representation.ts";
import { waitedFor } from "../file-system.ts";
import { HeldFile, OPEN_FLAGS } from "../held-file.ts";
import { SourceError } from "../source.ts";
import { PathStanding, SHORT } from "../standing.ts";
import type { EntityTagOptions } from "../entity-tag-options.ts";
import { validatorsByReading, validatorsWithoutReading } from "../file-validators.ts";
import { isSameVersion } from "../version.ts";
import type { ArchiveFormat } from "./archive-format.ts";
import type { ArchiveOptions } from "./archive-options.ts";
import type { ArchivedFolder } from "./archived-folder.ts";
import { ArchiveReader } from "./archive-reader.ts";
import { DeflateChecks } from "./deflate-checks.ts";
import { type Share, SharedFile } from "./shared-file.ts";

/** How often an archive that is changed while it is read is read again. */
const MAX_ATTEMPTS = 3;

/** One version of an archive: what it holds, for as long as the path leads to it. */
export interface ArchiveVersion {
  readonly root: ArchivedFolder;
  /** Bytes. */
  readonly length: number;
  /** Of the archive itself. */
  readonly validators: Validators;
  /** Undefined where the archive has changed too lately to be relied on. */
  readonly standing: PathStanding | undefined;
  /** Whether its deflate streams are what it declares. */
  readonly checks: DeflateChecks;
  /** A share of the open archive; undefined where the path leads to another version by now. */
  readonly share: () => Promise<Share | undefined>;
}

/**
 * For how long readings of the same archive share what was checked: a young archive is read for each request. A later reading
 * begins anew, since the archive may have been written while it was checked. Milliseconds.
 */
const CHECKS_SHARED_FOR = 2000;

/** What all who read one version of an archive share. */
interface SharedVersion {
  readonly stats: BigIntStats;
  readonly file: SharedFile;
  checks: DeflateChecks;
  /** Milliseconds since the epoch. */
  checksSince: number;
}

/** An archive by its path. What it holds is read when it is first asked for, and again when it has changed. */
export class Archive {
  readonly #path: string;
  readonly #format: ArchiveFormat;
  readonly #neverOverwritten: boolean;
  readonly #freshFor: number;
  readonly #entityTags: EntityTagOptions["entityTags"];
  #known: { readonly standing: PathStanding; readonly version: ArchiveVersion | SourceError } | undefined;
  #reading: Promise<ArchiveVersion | undefined> | undefined;
  #shared: SharedVersion | undefined;

  constructor(
    path: string,
    format: ArchiveFormat,
    options: Pick<ArchiveOptions, "neverOverwritten" | "freshFor" | "entityTags">,
  ) {
    this.#path = path;
    this.#format = format;
    this.#neverOverwritten = options.neverOverwritten ?? false;
    this.#freshFor = options.freshFor ?? SHORT;
    this.#entityTags = options.entityTags;
  }

  /**
   * The version that stands there now; undefined where there is none.
   *
   * @throws SourceError "failed" where it is no archive of this format
   */
  async version(): Promise<ArchiveVersion | undefined> {
    // A reading that is under way may have begun before what this request has to see: the next one hasn't.
    if (!this.#isKnown()) await this.#reading?.catch(() => undefined);
    if (this.#isKnown()) return this.#recall();
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** A version turned out to be gone before a look could show it. */
  forget(version: ArchiveVersion): void {
    if (this.#known?.version === version) this.#known = undefined;
  }

  #isKnown(): boolean {
    return this.#known?.standing.stands(Date.now()) === true;
  }

  #recall(): ArchiveVersion | undefined {
    const version = this.#known?.version;
    if (version instanceof SourceError) throw version;
    return version;
  }

  async #read(): Promise<ArchiveVersion | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#readOnce();
      } catch (error) {
        const isChanged = error instanceof SourceError && error.code === "changed";
        if (!isChanged || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }

  async #readOnce(): Promise<ArchiveVersion | undefined> {
    const now = Date.now();
    const opened = await this.#open();
    if (opened === undefined) return undefined;
    const { file, stats } = opened;
    try {
      const root = await this.#readTree(file, Number(stats.size));
      const described = root instanceof SourceError ? root : await this.#describe(root, file, stats, now);
      // Only now: while the archive was read it may have come of age, and may have been replaced.
      const standing = this.#standingOf(stats, now);
      const version = described instanceof SourceError ? described : { ...described, standing };
      this.#known = standing && { standing, version };
      if (version instanceof SourceError) throw version;
      return version;
    } finally {
      file.close();
    }
  }

  /** The tree, or what is wrong with the archive: that stays so until it is replaced. */
  async #readTree(file: HeldFile, length: number): Promise<ArchivedFolder | SourceError> {
    try {
      return await this.#format.readTree(new ArchiveReader(file, length));
    } catch (error) {
      if (error instanceof SourceError) throw error;
      return new SourceError("failed", new Error(`${this.#path}: ${messageOf(error)}`, { cause: error }));
    }
  }

  #standingOf(stats: BigIntStats, now: number): PathStanding | undefined {
    const standing = PathStanding.ofFile(this.#path, now, this.#freshFor);
    return standing?.isOf(stats) === true ? standing : undefined;
  }

  async #describe(
    root: ArchivedFolder,
    file: HeldFile,
    stats: BigIntStats,
    now: number,
  ): Promise<Omit<ArchiveVersion, "standing">> {
    const validators = await this.#validatorsOf(file, stats, now);
    const { file: shared, checks } = this.#sharedOf(stats, now);
    return { root, length: Number(stats.size), validators, checks, share: () => shared.share() };
  }

  async #validatorsOf({ descriptor }: HeldFile, stats: BigIntStats, now: number): Promise<Validators> {
    const rules = { path: "", contentCoding: undefined, entityTags: this.#entityTags ?? "modified" };
    return (
      validatorsWithoutReading(stats, rules, now) ??
      (await validatorsByReading({ descriptor, path: this.#path }, stats, undefined, now))
    );
  }

  /** One for all that was read of the same file: while it is young, it is read again and again. */
  #sharedOf(stats: BigIntStats, now: number): SharedVersion {
    if (this.#shared === undefined || !isSameVersion(this.#shared.stats, stats)) {
      const file = new SharedFile(() => this.#reopen(stats));
      this.#shared = { stats, file, checks: new DeflateChecks(), checksSince: now };
    } else if (Math.abs(now - this.#shared.checksSince) > CHECKS_SHARED_FOR) {
      this.#shared.checks = new DeflateChecks();
      this.#shared.checksSince = now;
    }
    return this.#shared;
  }

  async #reopen(wanted: BigIntStats): Promise<HeldFile | undefined> {
    const opened = await this.#open();
    if (opened === undefined || isSameVersion(opened.stats, wanted)) return opened?.file;
    opened.file.close();
    return undefined;
  }

  async #open(): Promise<{ readonly file: HeldFile; readonly stats: BigIntStats } | undefined> {
    const descriptor = await waitedFor.open(this.#path, OPEN_FLAGS);
    if (descriptor === undefined) return undefined;
    let file: HeldFile | undefined;
    try {
      const stats = await waitedFor.statOpen(descriptor);
      if (!stats.isFile()) return undefined;
      file = new HeldFile(descriptor, stats, {
        name: this.#path,
        // Its directory was read from its end.
        mayGrow: false,
        appendOnly: false,
        neverOverwritten: this.#neverOverwritten,
        system: waitedFor,
      });
      return { file, stats };
    } finally {
      if (file === undefined) waitedFor.close(descriptor);
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
