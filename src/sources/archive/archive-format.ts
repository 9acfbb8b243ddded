import type { OpenRepresentation } from "../source.ts";
import type { ArchivedFile } from "./archived-file.ts";
import type { ArchivedFolder } from "./archived-folder.ts";
import type { ArchiveReader } from "./archive-reader.ts";

/** How one kind of archive is read. */
export interface ArchiveFormat {
  /** What it holds. @throws Error that says what is wrong with it, SourceError where it can't be read */
  readTree(archive: ArchiveReader): Promise<ArchivedFolder>;
  /**
   * Where in the archive the content of a file begins.
   *
   * @param archiveLength bytes
   * @throws Error where it doesn't lie in the archive
   */
  locate(
    file: ArchivedFile,
    archive: Pick<OpenRepresentation, "read">,
    archiveLength: number,
  ): Promise<number>;
}
