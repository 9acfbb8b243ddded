import { resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { type DeliveryChoice, simple, stream, zeroCopy } from "../deliveries/choice.ts";
import type { Mapping } from "../deliveries/fronts/mapping.ts";
import { show } from "../sources/check-arguments.ts";
import type { Source } from "../sources/source.ts";
import { environmentVariable } from "./environment.ts";
import { FRONTS, parsePlaces, type Place } from "./places.ts";

const ALONE = { stream, zeroCopy, simple };

/**
 * The delivery that `STET_DELIVERY` tells for a root: `stream`, `zeroCopy`, `simple`, or a front and what stands there for
 * which folder, `nginx /srv/private=/_private/`. It speaks for a whole process, in which there may be several policies, so
 * it names their folders: a policy of a folder that it doesn't name, or of no folder, isn't handed over.
 *
 * @throws TypeError where it means nothing, saying what to write instead
 */
export function deliveryFromEnvironment(root: string | URL | Source): DeliveryChoice | undefined {
  const [name = "", ...places] = environmentVariable("STET_DELIVERY")?.trim().split(/\s+/) ?? [];
  if (name === "") return undefined;
  if (isOneOf(ALONE, name) && places.length === 0) return toAlone(ALONE[name], root);
  if (!isOneOf(FRONTS, name) || places.length === 0) {
    throw new TypeError(
      `The environment variable STET_DELIVERY is stream, zeroCopy or simple, or ${Object.keys(FRONTS).join(", ")} with folders, as "nginx /srv/private=/_private/", not ${show([name, ...places].join(" "))}.`,
    );
  }
  const mapping = toMapping(placesOf(name, places), toFolder(root));
  return mapping && FRONTS[name](mapping);
}

function placesOf(name: keyof typeof FRONTS, texts: readonly string[]): readonly Place[] {
  try {
    return parsePlaces(name, texts);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new TypeError(`The environment variable STET_DELIVERY: ${error.message}`, { cause: error });
  }
}

/** What says how files are read means nothing for a source that is already there. */
function toAlone(choice: DeliveryChoice, root: string | URL | Source): DeliveryChoice | undefined {
  return choice === zeroCopy && toFolder(root) === undefined ? undefined : choice;
}

function isOneOf<Names extends object>(names: Names, name: string): name is string & keyof Names {
  return Object.hasOwn(names, name);
}

function toFolder(root: string | URL | Source): string | undefined {
  if (root instanceof URL) return root.protocol === "file:" ? resolve(fileURLToPath(root)) : undefined;
  return typeof root === "string" && root !== "" ? resolve(root) : undefined;
}

/** From paths below the root, as the fronts take them: the folder above it that is named, and the folders below it. */
function toMapping(places: readonly Place[], root: string | undefined): Mapping | undefined {
  if (root === undefined) return undefined;
  const entries = places.flatMap(([folder, place]): Place[] => {
    if (folder !== root && folder.startsWith(withSlash(root))) {
      return [[`/${folder.slice(withSlash(root).length).split(sep).join("/")}`, place]];
    }
    return [];
  });
  const [above] = places
    .filter(([folder]) => folder === root || root.startsWith(withSlash(folder)))
    .toSorted(([a], [b]) => b.length - a.length);
  if (above !== undefined) {
    const [folder, place] = above;
    const rest = root === folder ? "" : root.slice(withSlash(folder).length).split(sep).join("/");
    entries.push(["/", rest === "" ? place : `${place}${rest}/`]);
  }
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function withSlash(folder: string): string {
  return folder.endsWith(sep) ? folder : folder + sep;
}
