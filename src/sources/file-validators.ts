import type { BigIntStats } from "node:fs";
import type { Validators } from "../decision/representation.ts";
import type { EntityTag } from "../http/entity-tag.ts";
import { contentHashes } from "./content-hashes.ts";
import type { EntityTagOptions } from "./entity-tag-options.ts";
import type { FileSystem } from "./file-system.ts";
import { toEntityTag } from "./given-validators.ts";
import { SourceError } from "./source.ts";
import { isPlaceholder, isSameVersion, isYoung, toSeconds, validatorsOf } from "./version.ts";

/** What the validators of a file depend on, beside the file. */
export interface ValidatorRules extends EntityTagOptions {
  readonly path: string;
  readonly contentCoding: string | undefined;
}

/** The validators of an open file. */
export interface FileValidators {
  readonly validators: Validators;
  /** All of the file's bytes, if they were read for that: its tag is of these, whatever becomes of the file. */
  readonly content?: Uint8Array;
}

/** Up to this many bytes are hashed where they are: a trip to the thread that hashes takes longer. */
const SMALL = 64 * 1024;

/** The digits of a hash that make a tag: 128 bits. */
const TAG_DIGITS = 32;

/**
 * The validators of a file that was looked at; undefined if it has to be opened and read for them.
 *
 * @param now milliseconds since the epoch, read before the file was looked at
 * @throws TypeError if the application's `entityTag` gives none
 */
export function validatorsWithoutReading(
  stats: BigIntStats,
  rules: ValidatorRules,
  now: number,
): Validators | undefined {
  const given = givenTag(stats, rules);
  if (given !== undefined) return { entityTag: given, lastModified: undefined };
  if (!isByContent(stats, rules)) return validatorsOf(stats, rules.contentCoding, now);
  const digest = contentHashes.known(stats, now);
  return digest === undefined ? undefined : contentValidators(digest, rules.contentCoding);
}

/**
 * The validators of an open file.
 *
 * @param file the descriptor, and where the file is
 * @throws SourceError "changed" if the file was changed while it was read
 */
export async function validatorsByReading(
  file: { readonly descriptor: number; readonly path: string | undefined },
  stats: BigIntStats,
  contentCoding: string | undefined,
  now: number,
): Promise<Validators> {
  // What is sent of it can differ from what is hashed, without a trace: the tag would be a guess.
  if (isYoung(stats, now)) return youngValidators(stats, contentCoding);
  const digest = await contentHashes.ofFile(file.descriptor, file.path, stats, now);
  return contentValidators(digest, contentCoding);
}

/**
 * As `validatorsByReading`, for a file that may be sent from memory.
 *
 * @param path where the file is
 */
export async function readValidators(
  descriptor: number,
  path: string,
  stats: BigIntStats,
  contentCoding: string | undefined,
  now: number,
  system: FileSystem,
): Promise<FileValidators> {
  if (stats.size > SMALL) {
    return { validators: await validatorsByReading({ descriptor, path }, stats, contentCoding, now) };
  }
  const content = await readWhole(descriptor, Number(stats.size), system);
  const after = await system.statOpen(descriptor);
  if (!isSameVersion(after, stats)) throw new SourceError("changed");
  const digest = contentHashes.ofContent(content, stats, now);
  return { validators: contentValidators(digest, contentCoding), content };
}

async function readWhole(descriptor: number, length: number, system: FileSystem): Promise<Uint8Array> {
  const content = new Uint8Array(length);
  for (let filled = 0; filled < length;) {
    const count = await system.read(descriptor, content.subarray(filled), filled);
    if (count === undefined || count === 0) throw new SourceError("changed");
    filled += count;
  }
  return content;
}

/** Whether a version is told from another by its content. */
function isByContent({ mtimeNs }: BigIntStats, { entityTags }: ValidatorRules): boolean {
  return entityTags === "content" || isPlaceholder(Number(mtimeNs / 1_000_000_000n));
}

/** @throws TypeError for what is no entity tag */
function givenTag(
  stats: BigIntStats,
  { path, contentCoding, entityTag }: ValidatorRules,
): EntityTag | undefined {
  if (entityTag === undefined) return undefined;
  const seconds = toSeconds(stats.mtimeNs);
  const lastModified = seconds === undefined ? undefined : new Date(Number(stats.mtimeMs));
  const given = toEntityTag(entityTag({ path, contentCoding, length: Number(stats.size), lastModified }));
  if (given === undefined) return undefined;
  // Whoever knows the file by one hash gives the same for each of its codings; no strong tag may name two contents.
  return { opaque: given.opaque + suffixOf(contentCoding), weak: given.weak };
}

/**
 * The tag that every process and every machine gives to the same content. Without a date: whoever's tag is by content has times
 * that say nothing, and a client would be told by them that its old copy is the new one.
 */
export function contentValidators(digest: string, contentCoding: string | undefined): Validators {
  const opaque = digest.slice(0, TAG_DIGITS) + suffixOf(contentCoding);
  return { entityTag: { opaque, weak: false }, lastModified: undefined };
}

function youngValidators({ ctimeNs, size }: BigIntStats, contentCoding: string | undefined): Validators {
  const opaque = `${ctimeNs.toString(36)}-${size.toString(36)}${suffixOf(contentCoding)}-young`;
  return { entityTag: { opaque, weak: true }, lastModified: undefined };
}

function suffixOf(contentCoding: string | undefined): string {
  return contentCoding === undefined ? "" : `-${contentCoding}`;
}
