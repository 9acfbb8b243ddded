import type { Stats } from "node:fs";
import type { Variant } from "../decision/representation.ts";
import { siblingName, storedVariant } from "./content-codings.ts";
import { mediaTypeOf } from "./media-type.ts";
import { lookAtContained, openContained, type OpenFileOptions } from "./open-file.ts";
import type { Place } from "./real-path.ts";
import type { Sibling, Siblings } from "./siblings.ts";
import type { FileResource, LookedRepresentation, OpenRepresentation, Standing } from "./source.ts";
import { JoinedStanding } from "./standing.ts";

/** What `find` has learned of a file. */
export interface FoundFile {
  readonly place: Place;
  /** Of the file itself, links followed. */
  readonly stats: Stats;
  /** As it was asked for, below the root. */
  readonly path: string;
  /** Where a link leads to it: its own path below the root. */
  readonly linksTo: string | undefined;
  /** Of the names in its folder; undefined if they can change unseen. */
  readonly standing: Standing | undefined;
}

/** How the files of a root are opened. */
export type FileRules = Omit<OpenFileOptions, "path" | "name" | "contentCoding" | "mediaType" | "madeOf">;

/** A file in a folder. Its precompressed siblings are looked for only once the file may be sent. */
export class FolderFile implements FileResource {
  readonly kind = "file";
  readonly path: string | undefined;
  readonly linksTo: string | undefined;
  readonly variants: (onError: (error: unknown) => void) => Promise<readonly Variant[]>;
  readonly #found: FoundFile;
  readonly #rules: FileRules;
  #siblings: readonly Sibling[] | undefined;

  constructor(found: FoundFile, siblings: Siblings, rules: FileRules) {
    this.path = found.place.isLink ? undefined : found.path;
    this.linksTo = found.linksTo;
    this.#found = found;
    this.#rules = rules;
    this.variants = async (onError) => {
      const stored = storedVariant(found.path);
      this.#siblings = stored === undefined ? await siblings.of(found.place, found.stats, onError) : [];
      if (stored !== undefined) return [stored];
      const fitting = this.#siblings.filter(({ fits }) => fits);
      return [...fitting.map(({ contentCoding }) => ({ contentCoding })), { contentCoding: undefined }];
    };
  }

  get standing(): Standing | undefined {
    const { standing } = this.#found;
    const siblings = this.#siblings;
    if (standing === undefined || siblings === undefined || siblings.some(({ isLink }) => isLink))
      return undefined;
    // One that is skipped may be made anew in place, which the folder doesn't show.
    const skipped = siblings.filter(({ stats, fits }) => stats !== undefined && !fits);
    return skipped.reduce<Standing | undefined>(
      (joined, { name, stats }) =>
        joined && stats && JoinedStanding.of(joined, { name, stats }, Date.now(), this.#rules.freshFor),
      standing,
    );
  }

  open(variant: Variant): Promise<OpenRepresentation | undefined> {
    const place = this.#placeOf(variant);
    return openContained(place, this.#optionsFor(variant, place));
  }

  look(variant: Variant): Promise<LookedRepresentation | undefined> {
    const place = this.#placeOf(variant);
    return lookAtContained(place, this.#optionsFor(variant, place));
  }

  #placeOf({ contentCoding, stored = false }: Variant): Place {
    const { place } = this.#found;
    if (contentCoding === undefined || stored) return place;
    const sibling = this.#siblings?.find((each) => each.contentCoding === contentCoding);
    return { ...place, name: siblingName(place.name, { contentCoding }), isLink: sibling?.isLink ?? true };
  }

  #optionsFor({ contentCoding, stored = false }: Variant, { name }: Place): OpenFileOptions {
    const { place, stats, path } = this.#found;
    const madeOf = contentCoding === undefined || stored ? undefined : { name: place.name, stats };
    return { ...this.#rules, path, name, contentCoding, mediaType: mediaTypeOf(path), madeOf };
  }
}
