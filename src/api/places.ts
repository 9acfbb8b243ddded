import { isAbsolute, resolve } from "node:path";
import type { Front, FrontName } from "../deliveries/front.ts";
import { apache } from "../deliveries/fronts/apache.ts";
import { caddy } from "../deliveries/fronts/caddy.ts";
import { lighttpd } from "../deliveries/fronts/lighttpd.ts";
import type { Mapping } from "../deliveries/fronts/mapping.ts";
import { nginx } from "../deliveries/fronts/nginx.ts";
import { redirect } from "../deliveries/fronts/redirect.ts";
import { show } from "../sources/check-arguments.ts";

export const FRONTS: Readonly<Record<FrontName, (mapping: Mapping) => Front>> = {
  nginx,
  apache,
  lighttpd,
  caddy,
  redirect,
};

/** A folder, absolute, and what stands for it at the server in front, with a slash at its end. */
export type Place = readonly [folder: string, place: string];

/** These read the file by its own path. */
const BY_PATH: ReadonlySet<FrontName> = new Set(["apache", "lighttpd"]);

/**
 * Reads places as a line of text has them, `/srv/private=/_private/`: in `STET_DELIVERY`, and at `stet config`. A front that
 * reads files by their paths sees a folder as it is called here, unless it is said otherwise.
 *
 * @throws TypeError where one means nothing, saying what to write instead
 */
export function parsePlaces(name: FrontName, texts: readonly string[]): readonly Place[] {
  const places = texts.map((text) => parsePlace(name, text));
  // Each by itself, so that one that means nothing is told whichever root is mapped.
  for (const [, place] of places) FRONTS[name]({ "/": place });
  return places;
}

function parsePlace(name: FrontName, text: string): Place {
  const [, folder, place] = /^([^=]+)=(.+)$/.exec(BY_PATH.has(name) ? withPlace(text) : text) ?? [];
  if (folder !== undefined && place !== undefined && isAbsolute(folder)) {
    return [resolve(folder), place.endsWith("/") ? place : `${place}/`];
  }
  throw new TypeError(
    `Write a folder by its absolute path, and what stands for it, as "${EXAMPLES[name]}", not ${show(text)}.`,
  );
}

function withPlace(text: string): string {
  return text.includes("=") ? text : `${text}=${text}`;
}

const EXAMPLES: Readonly<Record<FrontName, string>> = {
  nginx: "/srv/private=/_private/",
  caddy: "/srv/private=/_private/",
  apache: "/srv/private=/mnt/private",
  lighttpd: "/srv/private=/mnt/private",
  redirect: "/srv/private=https://files.example/",
};
