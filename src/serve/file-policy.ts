import type { Representation, Validators } from "../decision/representation.ts";
import type { SelectedRepresentation } from "../decision/response-head.ts";
import type { EntityTag } from "../http/entity-tag.ts";
import { combineFieldLines } from "../http/field-list.ts";
import type { Front } from "../deliveries/front.ts";
import type { FieldLine } from "../http/request-fields.ts";
import { assertLength, type Measured } from "./assert-length.ts";
import { validatorsUnder } from "./hand-over.ts";

/** @param mediaType the one that the source has found by the name */
export type TypeFromName = (path: string, mediaType: string | undefined) => string | undefined;

/** How one file is to be answered, beside what its bytes tell. */
export interface FilePolicy {
  /** Canonical, below the root. */
  readonly path: string;
  /** By the Content-Type that is sent; undefined for an answer without one. */
  readonly fields: (mediaType: string | undefined) => readonly FieldLine[];
  /** The Content-Type, where it isn't the one that the source tells. */
  readonly type: string | undefined;
  /** Tells it of a file whose name alone tells its type; undefined where it is the one that the source tells. */
  readonly typeFromName?: TypeFromName | undefined;
  readonly clock: () => number;
  /** Who sends the file, where it is handed over. */
  readonly front?: Front | undefined;
  /** Whether a content is read whole, however large it is. */
  readonly whole?: boolean;
}

/** What is judged, and where it stands. */
export interface SelectedFile extends SelectedRepresentation {
  /** Canonical, below the root. */
  readonly path: string;
}

/**
 * What is judged: the representation that was opened, with what the policy says of it. Each representation passes here,
 * so here its length is checked.
 *
 * @throws RangeError where its length is none that a response can have
 */
export function toSelected(found: Measured, policy: FilePolicy, vary: string | undefined): SelectedFile {
  assertLength(found);
  return new Selected(found.representation, policy, vary);
}

/**
 * A class, and so all below it, because thousands of them are kept and looked at again and again: V8 forgets the shape of
 * object literals at each full collection, and is slow with the many shapes that equal ones then have.
 */
class Selected implements SelectedFile {
  readonly path: string;
  readonly contentCoding: string | undefined;
  readonly length: number;
  readonly validators: Validators;
  readonly mediaType: string | undefined;
  readonly fields: readonly FieldLine[];
  readonly negotiated: boolean;
  readonly acceptRanges: boolean;

  constructor(
    representation: Representation,
    { path, fields, type, typeFromName, front }: FilePolicy,
    vary: string | undefined,
  ) {
    const { contentCoding, length, acceptRanges } = representation;
    const { mediaType: told, mediaTypeFromName = false } = representation;
    const mediaType = mediaTypeFromName && typeFromName !== undefined ? typeFromName(path, told) : told;
    const validators = (front && validatorsUnder(front, representation)) ?? representation.validators;
    this.path = path;
    this.contentCoding = contentCoding;
    this.length = length;
    this.validators = new SelectedValidators(validators);
    this.mediaType = type ?? mediaType;
    this.fields = withVary(fields(this.mediaType), vary);
    this.negotiated = vary !== undefined;
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
