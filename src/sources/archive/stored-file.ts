import type { Representation } from "../../decision/representation.ts";
import type { OpenedFile, OpenRepresentation, Standing } from "../source.ts";
import type { Share } from "./shared-file.ts";

/** A version of a file, found in its open archive. */
export interface InArchive {
  readonly representation: Representation;
  readonly standing: Standing | undefined;
  readonly share: Share;
  /** Where in the archive its content begins. */
  readonly offset: number;
}

/** A file that stands in its archive as it is: a part of the archive's own bytes. */
export class StoredFile implements OpenRepresentation, OpenedFile {
  readonly representation: Representation;
  readonly standing: Standing | undefined;
  readonly offset: number;
  readonly keepsItsBytes: boolean;
  readonly #share: Share;

  constructor({ representation, standing, share, offset }: InArchive) {
    this.representation = representation;
    this.standing = standing;
    this.offset = offset;
    this.keepsItsBytes = share.keepsItsBytes;
    this.#share = share;
  }

  read(into: Uint8Array, position: number): Promise<number> {
    const left = this.representation.length - position;
    if (left <= 0) return Promise.resolve(0);
    return this.#share.read(into.subarray(0, left), this.offset + position);
  }

  get file(): OpenedFile {
    return this;
  }

  get descriptor(): number {
    return this.#share.descriptor;
  }

  assertUnchanged(): void {
    this.#share.assertUnchanged();
  }

  close(): void {
    this.#share.close();
  }
}
