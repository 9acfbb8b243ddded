import type { Representation } from "../../decision/representation.ts";
import type { OpenRepresentation, Standing } from "../source.ts";
import type { Inflation } from "./inflation.ts";
import type { Share } from "./shared-file.ts";
import type { InArchive } from "./stored-file.ts";

/** A deflated file as it was before: inflated while it is read. */
export class InflatedFile implements OpenRepresentation {
  readonly representation: Representation;
  readonly standing: Standing | undefined;
  readonly #share: Share;
  readonly #inflate: () => Inflation;
  #inflation: Inflation | undefined;

  /** @param inflate begins anew */
  constructor({ representation, standing, share }: InArchive, inflate: () => Inflation) {
    this.representation = representation;
    this.standing = standing;
    this.#share = share;
    this.#inflate = inflate;
  }

  /**
   * One read after another, from the first byte on: what lies before the position is inflated and let go, and a position
   * that was passed already begins anew.
   */
  read(into: Uint8Array, position: number): Promise<number> {
    if (position >= this.representation.length) return Promise.resolve(0);
    if (this.#inflation === undefined || position < this.#inflation.position) {
      this.#inflation?.close();
      this.#inflation = this.#inflate();
    }
    return this.#inflation.read(into, position);
  }

  close(): void {
    this.#inflation?.close();
    this.#share.close();
  }
}
