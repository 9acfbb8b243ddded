import type { FileResource } from "../source.ts";

/** A content at hand as a file, for one answer. */
export interface GivenFile extends FileResource {
  /** Lets go of what was given away, whether it was opened or not; a second call does nothing. */
  letGo(): void;
}
