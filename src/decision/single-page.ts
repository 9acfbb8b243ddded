import { htmlPreference } from "../http/accept.ts";

/** The request fields by which a client tells whether it navigates, as sent. */
export interface NavigationFields {
  readonly accept: string | undefined;
  /** Sec-Fetch-Mode */
  readonly mode: string | undefined;
  /** Sec-Fetch-Dest */
  readonly destination: string | undefined;
}

/** The request fields that `wantsPage` reads, for Vary. */
export const NAVIGATION_FIELDS = "Accept, Sec-Fetch-Dest, Sec-Fetch-Mode";

/** The destinations that show a page. `object` and `embed` navigate, too, but have content of their own for a 404. */
const PAGES: ReadonlySet<string | undefined> = new Set(["document", "iframe", "frame", "fencedframe"]);

/**
 * Whether a request for a file that does not exist asks for a page of a single-page application, so that the
 * application's page answers it with 200. A script, a style or an image that is missing must stay a 404: the browser
 * would read the page in its place.
 *
 * - A browser tells what it asks for in Sec-Fetch-Mode and Sec-Fetch-Dest, but only over HTTPS and on localhost. A
 *   navigation gets the page whatever the path looks like: `/packages/next.js` may be a page, too.
 * - `Sec-Fetch-Dest: empty` is fetch(), a prefetch, a service worker or a download: Accept has to name HTML.
 * - Other clients are judged by Accept and by the extension. Node's fetch() is one of them: it sends Sec-Fetch-Mode, but
 *   no Sec-Fetch-Dest.
 *
 * @param name the last segment of the path
 * @see https://www.w3.org/TR/fetch-metadata/
 */
export function wantsPage(name: string, { accept, mode, destination }: NavigationFields): boolean {
  const isNavigation = mode === "navigate";
  if (isNavigation && (destination === undefined || PAGES.has(destination))) return true;
  if (destination !== undefined && destination !== "empty" && !PAGES.has(destination)) return false;
  const extension = extensionOf(name);
  switch (htmlPreference(accept)) {
    case "preferred":
      return isNavigation || !ASSETS.has(extension);
    case "accepted":
      return destination === undefined && extension === "";
    case "none":
      return false;
  }
}

/** In lower case. What stands behind a dot is one only with a letter in it: that of `x@4.17.21` is a version. */
function extensionOf(name: string): string {
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return extension !== name.toLowerCase() && /^(?=.*[a-z])[a-z0-9]+$/.test(extension) ? extension : "";
}

/** Extensions of files that pages load or offer for download: never a page, for a client that may not be a browser. */
const ASSETS: ReadonlySet<string> = new Set(
  (
    "js mjs cjs jsx ts mts tsx css scss less map wasm json jsonld webmanifest xml txt csv rss atom " +
    "png apng jpg jpeg gif svg svgz webp avif jxl ico bmp tif tiff heic woff woff2 ttf otf eot " +
    "mp3 mp4 m4a m4v m4s webm ogg oga ogv opus wav flac aac mov avi mkv m3u8 mpd vtt srt glb gltf " +
    "pdf epub zip gz br zst tgz tar bz2 xz rar 7z bin exe msi dmg pkg deb rpm apk iso jar"
  ).split(" "),
);
