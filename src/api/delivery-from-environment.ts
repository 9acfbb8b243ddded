import { resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { type DeliveryChoice, simple, stream, zeroCopy } from "../deliveries/choice.ts";
import type { Front } from "../deliveries/front.ts";
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
  const folder = toFolder(root);
  return folder === undefined ? undefined : toFront(name, placesOf(name, places), folder);
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

/**
 * Maps the folder above the root that is named, or the root itself, and what is named below it. The files' paths begin there,
 * too: what lies between the two may have a name that no place can be written with.
 */
function toFront(name: keyof typeof FRONTS, places: readonly Place[], root: string): Front | undefined {
  const [above] = places
    .filter(([folder]) => isWithin(folder, root))
    .toSorted(([a], [b]) => b.length - a.length);
  const top = above?.[0] ?? root;
  const entries = places
    .filter(([folder]) => isWithin(top, folder))
    .map(([folder, place]) => [`/${pathBelow(top, folder)}`, place] as const);
  if (entries.length === 0) return undefined;
  const front = FRONTS[name](Object.fromEntries(entries));
  if (top === root) return front;
  const between = pathBelow(top, root);
  return { ...front, handOver: (file) => front.handOver({ ...file, path: `${between}/${file.path}` }) };
}

function isWithin(folder: string, other: string): boolean {
  return other === folder || other.startsWith(withSlash(folder));
}

function pathBelow(folder: string, other: string): string {
  return other.slice(withSlash(folder).length).split(sep).join("/");
}

function withSlash(folder: string): string {
  return folder.endsWith(sep) ? folder : folder + sep;
}
