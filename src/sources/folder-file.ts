import type { Stats } from "node:fs";
import type { Variant } from "../decision/representation.ts";
import { siblingName, storedVariant } from "./content-codings.ts";
import { mediaTypeOf } from "./media-type.ts";
import { lookAtContained, openContained, type OpenFileOptions } from "./open-file.ts";
import type { Place } from "./real-path.ts";
import type { Sibling, Siblings } from "./siblings.ts";
import type { FileResource, Standing } from "./source.ts";
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
export function toFolderFile(found: FoundFile, source: Siblings, rules: FileRules): FileResource {
  const { place, path, linksTo } = found;
  const stored = storedVariant(path);
  let siblings: readonly Sibling[] = [];
  const at = (variant: Variant): [Place, OpenFileOptions] => {
    const from = toPlace(place, variant, siblings);
    return [from, toOptions(found, variant, from.name, rules)];
  };
  return {
    kind: "file",
    path: place.isLink ? undefined : path,
    linksTo,
    variants: async (onError) => {
      if (stored !== undefined) return { variants: [stored], standing: found.standing };
      siblings = await source.of(place, found.stats, onError);
      const fitting = siblings.filter(({ fits }) => fits).map(({ contentCoding }) => ({ contentCoding }));
      return {
        variants: [...fitting, { contentCoding: undefined }],
        standing: standingWith(siblings, found.standing, rules.freshFor),
      };
    },
    open: (variant) => openContained(...at(variant)),
    look: (variant) => lookAtContained(...at(variant)),
  };
}

/** Whether the choice among a file and its siblings stands; undefined where only another search can tell. */
function standingWith(
  siblings: readonly Sibling[],
  ofFile: Standing | undefined,
  freshFor: number,
): Standing | undefined {
  if (siblings.some(({ isLink }) => isLink)) return undefined;
  // One that is skipped may be made anew in place, which the folder doesn't show.
  const skipped = siblings.filter(({ stats, fits }) => stats !== undefined && !fits);
  return skipped.reduce<Standing | undefined>(
    (joined, { name, stats }) =>
      joined && stats && JoinedStanding.of(joined, { name, stats }, Date.now(), freshFor),
    ofFile,
  );
}

function toPlace(
  place: Place,
  { contentCoding, stored = false }: Variant,
  siblings: readonly Sibling[],
): Place {
  if (contentCoding === undefined || stored) return place;
  const sibling = siblings.find((each) => each.contentCoding === contentCoding);
  return { ...place, name: siblingName(place.name, { contentCoding }), isLink: sibling?.isLink ?? true };
}

function toOptions(
  { place, stats, path }: FoundFile,
  { contentCoding, stored = false }: Variant,
  name: string,
  rules: FileRules,
): OpenFileOptions {
  const madeOf = contentCoding === undefined || stored ? undefined : { name: place.name, stats };
  return { ...rules, path, name, contentCoding, mediaType: mediaTypeOf(path), madeOf };
}
