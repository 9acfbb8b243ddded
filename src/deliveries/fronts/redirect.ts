import { encodeLocation } from "../../http/location.ts";
import { show } from "../../sources/check-arguments.ts";
import { encodePath } from "../../target/encode-path.ts";
import type { Front, HandedFile } from "../front.ts";
import { type Mapping, toFind } from "./mapping.ts";

/** Makes the URL of one file, signed for this client and for a short while. `path` is relative to the mapped path. */
export type ToUrl = (file: HandedFile) => string | URL | Promise<string | URL>;

/**
 * Another origin sends the files: the client is redirected (302) there, most often to a URL that is signed for it.
 *
 * ```ts
 * stet("/srv/private", { guard, delivery: redirect({ "/": ({ path }) => store.signedUrl(path) }) });
 * ```
 *
 * @param mapping from a path below the root to the URL that has it, ending in `/`, or to a function that makes the URL
 * @throws TypeError for a path or a URL that means nothing
 * @see RFC 9110 §15.4.3
 */
export function redirect(mapping: Mapping<string | ToUrl>): Front {
  const find = toFind("redirect", mapping, assertUrlOrFunction);
  return {
    name: "redirect",
    async handOver(file) {
      const found = find(file.path);
      if (found === undefined) return undefined;
      const { place, rest } = found;
      const url = typeof place === "string" ? place + encodePath(rest) : await place({ ...file, path: rest });
      return { kind: "location", location: toLocation(url) };
    },
  };
}

function assertUrlOrFunction(place: unknown): void {
  if (typeof place === "function") return;
  if (typeof place === "string" && isWebUrl(place) && place.endsWith("/") && !/[?#]/.test(place)) return;
  throw new TypeError(
    `redirect() maps to a URL that ends with "/", such as "https://files.example/private/", or to a function that makes one, not ${show(place)}.`,
  );
}

function toLocation(url: unknown): string {
  const text = url instanceof URL ? url.href : url;
  if (typeof text === "string" && isWebUrl(text)) return encodeLocation(text, { allowedHosts: "any" });
  throw new TypeError(`The function of redirect() makes an http or https URL, not ${show(url)}.`);
}

function isWebUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}
