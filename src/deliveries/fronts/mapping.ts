import { isRecord, show } from "../../sources/check-arguments.ts";

/**
 * Where another server has the files: a path below the root, `"/"` for all of it, and what stands for it there. The longest
 * path that holds a file counts; a file that none holds is sent by stet.
 */
export type Mapping<Place = string> = Readonly<Record<string, Place>>;

export interface Mapped<Place> {
  readonly place: Place;
  /** What is left of the path below it. */
  readonly rest: string;
}

/** Finds the place of a path. */
export type Find<Place> = (path: string) => Mapped<Place> | undefined;

/**
 * Reads a mapping once.
 *
 * @throws TypeError for a path or a place that means nothing, saying what to write instead
 */
export function toFind<Place>(
  caller: string,
  mapping: Mapping<Place>,
  assertPlace: (place: unknown) => void,
): Find<Place> {
  if (!isRecord(mapping) || Array.isArray(mapping) || Object.keys(mapping).length === 0) {
    throw new TypeError(
      `${caller}() takes paths below the root and what stands for each, such as ${EXAMPLES[caller]}, not ${show(mapping)}.`,
    );
  }
  const places = Object.entries(mapping).map(([path, place]) => {
    assertPath(caller, path);
    assertPlace(place);
    return { below: path === "/" ? "" : `${path.slice(1).replace(/\/$/, "")}/`, place };
  });
  const longestFirst = places.toSorted((a, b) => b.below.length - a.below.length);
  return (path) => {
    const found = longestFirst.find(({ below }) => path.startsWith(below));
    return found && { place: found.place, rest: path.slice(found.below.length) };
  };
}

const EXAMPLES: Readonly<Record<string, string>> = {
  nginx: '{ "/": "/_private/" }',
  caddy: '{ "/": "/_private/" }',
  apache: '{ "/": "/srv/private" }',
  lighttpd: '{ "/": "/srv/private" }',
  redirect: '{ "/": "https://files.example/" }',
};

function assertPath(caller: string, path: string): void {
  const segments = path === "/" ? [] : path.slice(1).replace(/\/$/, "").split("/");
  if (path.startsWith("/") && segments.every((segment) => !["", ".", ".."].includes(segment))) return;
  throw new TypeError(
    `${caller}() maps paths below the root, such as "/" or "/videos", not ${show(path)}: begin it with "/".`,
  );
}

/** An internal prefix is said in two places, and must be the same text in both: nothing in it has to be encoded. */
export function assertInternalPrefix(caller: string): (place: unknown) => void {
  return (place) => {
    const isPlain = typeof place === "string" && /^\/(?:[A-Za-z0-9._~-]+\/)+$/.test(place);
    if (isPlain && !/\/\.{1,2}\//.test(place)) return;
    throw new TypeError(
      `${caller}() maps to a prefix such as "/_private/", of letters, digits, "-", "_", "." and "~", that begins and ends with "/", not ${show(place)}.`,
    );
  };
}

export function assertFolder(caller: string): (place: unknown) => void {
  return (place) => {
    if (typeof place === "string" && place.startsWith("/") && !HAS_CONTROL.test(place)) return;
    throw new TypeError(
      `${caller}() maps to an absolute folder such as "/srv/private", as that server sees it, not ${show(place)}.`,
    );
  };
}

/** A line break would end the field, and what follows it would be a field of its own. */
const HAS_CONTROL = /\p{Cc}/u;

export function inFolder(folder: string, rest: string): string {
  return `${folder.replace(/\/+$/, "")}/${rest}`;
}

/**
 * Bytes as a field holds them: each is one character. Undefined where a field can't hold the text as it is: who reads it takes
 * off the spaces at its end, and would send another file.
 *
 * @see RFC 9110 §5.5
 */
export function toFieldBytes(text: string): string | undefined {
  if (HAS_CONTROL.test(text) || text.endsWith(" ")) return undefined;
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}
