import { constants } from "node:fs";
import type { FileSystem } from "./file-system.ts";
import { OPEN_FLAGS } from "./held-file.ts";
import { isInPlace, type Place, realPathOf, TELLS_REAL_PATHS } from "./real-path.ts";

/** A folder below the root that is being read. */
export interface OpenFolder {
  /** To read the folder by, and what stands in it: what takes the folder's place meanwhile isn't read. */
  readonly path: string;
  /** Whether what was read by that path came from below the root: to be asked after the last use. */
  wasInPlace(): Promise<boolean>;
  close(): void;
}

const OPEN_FOLDER = OPEN_FLAGS | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * Opens a folder; undefined where it has gone, or where the descriptor turns out to be of a folder outside the root. Where
 * the system doesn't tell the path of a descriptor, the folder is read by its path, which is resolved again after the use.
 *
 * @param place with the real path of the folder
 */
export async function openFolder(place: Place, system: FileSystem): Promise<OpenFolder | undefined> {
  if (!TELLS_REAL_PATHS) return byPath(place, system);
  const descriptor = await system.open(place.name, OPEN_FOLDER);
  if (descriptor === undefined) return undefined;
  let opened: OpenFolder | undefined;
  try {
    const path = await realPathOf(descriptor, system);
    if (path === undefined) return byPath(place, system);
    if (isInPlace(place, path)) {
      opened = {
        path: `/proc/self/fd/${descriptor}`,
        wasInPlace: () => Promise.resolve(true),
        close: () => system.close(descriptor),
      };
    }
  } finally {
    if (opened === undefined) system.close(descriptor);
  }
  return opened;
}

function byPath(place: Place, system: FileSystem): OpenFolder {
  return {
    path: place.name,
    wasInPlace: async () => {
      const actual = await system.realpath(place.name);
      return actual === place.name && isInPlace(place, actual);
    },
    close: () => undefined,
  };
}
