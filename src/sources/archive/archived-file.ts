import { SourceError, type SourceErrorCode } from "../source.ts";

/** A file that an archive holds, as the archive tells of it. */
export interface ArchivedFile {
  readonly kind: "file";
  /** Bytes of the file itself. */
  readonly length: number;
  /** Whole seconds since the epoch. */
  readonly lastModified: number | undefined;
  /** Where in the archive the format's `locate` begins to look for its content. */
  readonly position: number;
  /** Of the file itself; 0 where the archive keeps none. */
  readonly crc32: number;
  /** Bytes that it takes as a raw deflate stream (RFC 1951); undefined where it is stored as it is. */
  readonly deflatedLength: number | undefined;
  readonly unreadable: Unreadable | undefined;
}

/** Why the content of a file can't be had, though it is there. */
export interface Unreadable {
  readonly code: SourceErrorCode;
  readonly reason: string;
}

/** Bytes that the content of a file takes in its archive. */
export function storedLength({ length, deflatedLength }: ArchivedFile): number {
  return deflatedLength ?? length;
}

/** @throws SourceError where its content can't be had */
export function assertReadable(path: string, { unreadable }: ArchivedFile): void {
  if (unreadable === undefined) return;
  throw new SourceError(unreadable.code, new Error(`${JSON.stringify(path)} ${unreadable.reason}`));
}
