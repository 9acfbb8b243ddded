import type { DirectoryResource, Entry, FileResource, OpenRepresentation } from "../sources/source.ts";
import { isHidden } from "../sources/hidden.ts";
import { openBytes } from "../sources/open-bytes.ts";
import { segmentRefusal, type SegmentPolicy } from "../target/segment-policy.ts";
import { Pages } from "./pages.ts";
import { renderHtml } from "./render-html.ts";

const encoder = new TextEncoder();

/**
 * Makes the page of a directory: a representation like any other, with its length and its entity tag, judged like any
 * other. A name that a request couldn't reach isn't shown. A page is used again for a moment, by its path: what this
 * returns is for the directories of one source.
 */
export function listingOf(
  names: SegmentPolicy,
): (path: string, directory: DirectoryResource) => FileResource {
  const pages = new Pages<OpenRepresentation>();
  return (path, directory) => ({
    kind: "file",
    variants: [{ contentCoding: undefined }],
    // One for all who ask: its bytes are only read, and to close it does nothing.
    open: () => pages.get(path, () => toPage(path, directory, names)),
  });
}

async function toPage(
  path: string,
  directory: DirectoryResource,
  names: SegmentPolicy,
): Promise<OpenRepresentation> {
  const entries = (await directory.list()).filter((entry) => isServed(entry, names));
  const bytes = encoder.encode(renderHtml(path, entries.toSorted(foldersFirst)));
  return openBytes(bytes, { mediaType: "text/html; charset=utf-8" });
}

function isServed({ name, linksTo = "" }: Entry, names: SegmentPolicy): boolean {
  return segmentRefusal(name, names) === undefined && !(names.dotfiles === "hide" && isHidden(linksTo));
}

function foldersFirst(a: Entry, b: Entry): number {
  if (a.kind !== b.kind) return a.kind === "directory" ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}
