import type { Representation, Validators } from "../decision/representation.ts";
import type { SelectedRepresentation } from "../decision/response-head.ts";
import { type DispositionType, formatContentDisposition } from "../http/content-disposition.ts";
import type { EntityTag } from "../http/entity-tag.ts";
import { combineFieldLines } from "../http/field-list.ts";
import type { FieldLine } from "../http/request-fields.ts";
import type { LookedRepresentation } from "../sources/source.ts";
import type { ContentJudgement, JudgeContent } from "./content-judgement.ts";

/** What a policy says of all its files. */
export interface FileRules {
  /** Cache-Control, CORS and the like, for the file at a path; for an answer without a file, undefined is asked. */
  readonly fields: (path: string | undefined) => readonly FieldLine[];
  /** The Content-Type for a path, where it isn't the one that its name tells. */
  readonly type: (path: string) => string | undefined;
  /** Judges what strangers may have made; undefined where the files are the application's own. */
  readonly judgeContent: JudgeContent | undefined;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** What was said of one answer alone, by whoever chose its file or let it through. */
export interface Said {
  /** The name under which the client saves it. */
  readonly as?: string | undefined;
  readonly disposition?: DispositionType | undefined;
  readonly type?: string | undefined;
  readonly cacheControl?: string | false | undefined;
}

/** How one file is to be answered, beside what its bytes tell. */
export interface FilePolicy {
  /** By the Content-Type that is sent; undefined for an answer without one. */
  readonly fields: (mediaType: string | undefined) => readonly FieldLine[];
  /** The Content-Type, where it isn't the one that the source tells. */
  readonly type: string | undefined;
  readonly clock: () => number;
}

/**
 * The rules for one file: the policy's, but for what was said of this answer.
 *
 * @param vary the request field by which the file was found
 */
export function toFilePolicy(rules: FileRules, path: string, said: Said, vary?: string): FilePolicy {
  const given = rules.fields(path);
  // The page that lists a folder is stet's own.
  const judge = isFolder(path) ? undefined : rules.judgeContent;
  return {
    fields: (mediaType) => withVary(toFields(given, said, judge?.(mediaType)), vary),
    type: said.type ?? rules.type(path),
    clock: rules.clock,
  };
}

/** A file that a source has never ends in a slash. */
export function isFolder(path: string): boolean {
  return path === "" || path.endsWith("/");
}

function toFields(
  given: readonly FieldLine[],
  said: Said,
  judged: ContentJudgement | undefined,
): readonly FieldLine[] {
  const instead: readonly (readonly [name: string, value: string | false | undefined])[] = [
    ["Cache-Control", said.cacheControl],
    ["Content-Disposition", toDisposition(said, judged)],
  ];
  const told = instead.filter((line) => line[1] !== undefined);
  const others = told.length === 0 ? given : given.filter(([name]) => !isNamed(told, name));
  const fields = [...others, ...told.filter((line): line is FieldLine => line[1] !== false)];
  return judged === undefined ? fields : withDefaults(fields, judged.fields);
}

/** What is only ever saved can be given a name, but isn't shown: to ask for that is no judgement of its type. */
function toDisposition({ as, disposition }: Said, judged: ContentJudgement | undefined): string | undefined {
  if (as === undefined && disposition === undefined) return undefined;
  const type = judged?.shown === false ? "attachment" : (disposition ?? "attachment");
  return formatContentDisposition(type, as);
}

/** What is said of a field stands instead of the default. */
export function withDefaults(
  given: readonly FieldLine[],
  defaults: readonly (readonly [name: string, value: string | undefined])[],
): readonly FieldLine[] {
  const missing = defaults.filter(
    (line): line is FieldLine => line[1] !== undefined && !isNamed(given, line[0]),
  );
  return [...missing, ...given];
}

function isNamed(lines: readonly (readonly [name: string, value: unknown])[], name: string): boolean {
  return lines.some(([other]) => other.toLowerCase() === name.toLowerCase());
}

/** What is judged: the representation that was opened, with what the policy says of it. */
export function toSelected(
  { representation }: LookedRepresentation,
  { fields, type }: FilePolicy,
  vary: string | undefined,
): SelectedRepresentation {
  const mediaType = type ?? representation.mediaType;
  return new Selected(representation, mediaType, withVary(fields(mediaType), vary), vary !== undefined);
}

/**
 * A class, and so all below it, because thousands of them are kept and looked at again and again: V8 forgets the shape of
 * object literals at each full collection, and is slow with the many shapes that equal ones then have.
 */
class Selected implements SelectedRepresentation {
  readonly contentCoding: string | undefined;
  readonly length: number;
  readonly validators: Validators;
  readonly mediaType: string | undefined;
  readonly fields: readonly FieldLine[];
  readonly negotiated: boolean;
  readonly acceptRanges: boolean;

  constructor(
    { contentCoding, length, validators, acceptRanges }: Representation,
    mediaType: string | undefined,
    fields: readonly FieldLine[],
    negotiated: boolean,
  ) {
    this.contentCoding = contentCoding;
    this.length = length;
    this.validators = new SelectedValidators(validators);
    this.mediaType = mediaType;
    this.fields = fields;
    this.negotiated = negotiated;
    this.acceptRanges = acceptRanges;
  }
}

class SelectedValidators implements Validators {
  readonly entityTag: EntityTag | undefined;
  readonly lastModified: number | undefined;

  constructor({ entityTag, lastModified }: Validators) {
    this.entityTag = entityTag && new SelectedTag(entityTag);
    this.lastModified = lastModified;
  }
}

class SelectedTag implements EntityTag {
  readonly opaque: string;
  readonly weak: boolean;

  constructor({ opaque, weak }: EntityTag) {
    this.opaque = opaque;
    this.weak = weak;
  }
}

/** One Vary for what stet chose by and what the policy adds. */
export function withVary(fields: readonly FieldLine[], vary: string | undefined): readonly FieldLine[] {
  if (vary === undefined) return fields;
  const given = fields.filter(([name]) => name.toLowerCase() === "vary").map(([, value]) => value);
  const others = fields.filter(([name]) => name.toLowerCase() !== "vary");
  return [...others, ["Vary", combineFieldLines([...given, vary]) ?? vary]];
}
