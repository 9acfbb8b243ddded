import type { Representation, Validators, Variant } from "../../decision/representation.ts";
import { siblingName } from "../content-codings.ts";
import { mediaTypeOf } from "../media-type.ts";
import type { OpenRepresentation } from "../source.ts";
import type { ArchiveVersion } from "./archive.ts";
import type { ArchivedFile } from "./archived-file.ts";
import type { ArchivedFolder } from "./archived-folder.ts";
import { GZIP_FRAME, GzippedFile } from "./gzipped-file.ts";
import { InflatedFile } from "./inflated-file.ts";
import { Inflation } from "./inflation.ts";
import type { Share } from "./shared-file.ts";
import { StoredFile } from "./stored-file.ts";

/** A form in which the file at a path is sent. */
export interface ArchivedForm {
  readonly contentCoding: string | undefined;
  readonly mediaType: string;
  /** The file that holds it: of a coded form, that of a sibling where there is one. */
  readonly file: ArchivedFile;
  /** The stream that the file is deflated to leaves as it is, with gzip's frame around it. */
  readonly isReframed: boolean;
}

/** The form with a content coding; undefined where the archive holds none. */
export function findForm(folder: ArchivedFolder, path: string, variant: Variant): ArchivedForm | undefined {
  const { contentCoding } = variant;
  const mediaType = mediaTypeOf(path);
  const sibling = folder.find(siblingName(path, variant));
  if (sibling?.kind === "file" && !isOutdated(sibling, folder.find(path)))
    return { contentCoding, mediaType, file: sibling, isReframed: false };
  const file = contentCoding === "gzip" ? folder.find(path) : undefined;
  if (file?.kind !== "file" || !isWorthReframing(file, mediaType)) return undefined;
  return { contentCoding, mediaType, file, isReframed: true };
}

/** Whether a sibling is older than what it stands beside. The times in archives are whole seconds. */
export function isOutdated(
  { lastModified: sibling = Infinity }: ArchivedFile,
  file: ArchivedFile | ArchivedFolder | undefined,
): boolean {
  return file?.kind === "file" && sibling < (file.lastModified ?? -Infinity);
}

/** Firefox takes a content coding for a mistake where the type is gzip's own, and saves what is still coded. */
function isWorthReframing({ deflatedLength, length }: ArchivedFile, mediaType: string): boolean {
  return (
    deflatedLength !== undefined && deflatedLength + GZIP_FRAME < length && mediaType !== "application/gzip"
  );
}

/** What can be told of a form without reading any of it. */
export function describe(form: ArchivedForm, version: ArchiveVersion): Representation {
  const { contentCoding, mediaType, file, isReframed } = form;
  const { length, deflatedLength = 0 } = file;
  return {
    contentCoding,
    mediaType,
    mediaTypeFromName: true,
    length: isReframed ? deflatedLength + GZIP_FRAME : length,
    validators: validatorsOf(form, version),
    // To begin in the middle, all before it would have to be inflated: a request of a few bytes could ask for a gigabyte.
    acceptRanges: isReframed || file.deflatedLength === undefined,
  };
}

/** The archive's own, with what tells its files from one another. */
function validatorsOf({ contentCoding, file }: ArchivedForm, { validators }: ArchiveVersion): Validators {
  const { entityTag, lastModified } = validators;
  const coding = contentCoding === undefined ? "" : `-${contentCoding}`;
  const { position, crc32 } = file;
  return {
    entityTag: entityTag && {
      opaque: `${entityTag.opaque}-${position.toString(36)}-${crc32.toString(36)}${coding}`,
      weak: entityTag.weak,
    },
    lastModified,
  };
}

/**
 * @param offset where in the archive the content of the form's file begins
 * @throws SourceError "failed" where it is known not to be what the archive declares
 */
export async function openForm(
  form: ArchivedForm,
  version: ArchiveVersion,
  share: Share,
  offset: number,
): Promise<OpenRepresentation> {
  const { file, isReframed } = form;
  const { length, crc32, deflatedLength } = file;
  const representation = describe(form, version);
  const opened = { representation, standing: version.standing, share, offset };
  if (deflatedLength === undefined) return new StoredFile(opened);
  const stream = { offset, deflatedLength, length, crc32 };
  // Of a file without a byte nothing is read, so nothing else would find out what it holds.
  if (length === 0) await version.checks.check(stream, version.share);
  if (!isReframed) return new InflatedFile(opened, () => new Inflation({ ...stream, archive: share }));
  version.checks.assertNotBroken(stream);
  return new GzippedFile(opened, stream, () => version.checks.check(stream, version.share));
}
