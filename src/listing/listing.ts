import type { DirectoryResource, Entry, FileResource, OpenRepresentation } from "../sources/source.ts";
import { openBytes } from "../sources/open-bytes.ts";
import { segmentRefusal, type SegmentPolicy } from "../target/segment-policy.ts";
import { renderHtml } from "./render-html.ts";

const encoder = new TextEncoder();

/**
 * Makes the page of a directory: a representation like any other, with its length and its entity tag, judged like any
 * other. A name that a request couldn't reach isn't shown.
 */
export function listingOf(
  names: SegmentPolicy,
): (path: string, directory: DirectoryResource) => FileResource {
  return (path, directory) => ({
    kind: "file",
    variants: [{ contentCoding: undefined }],
    async open(): Promise<OpenRepresentation> {
      const entries = (await directory.list()).filter(
        ({ name }) => segmentRefusal(name, names) === undefined,
      );
      const bytes = encoder.encode(renderHtml(path, entries.toSorted(foldersFirst)));
      return openBytes(bytes, { mediaType: "text/html; charset=utf-8" });
    },
  });
}

function foldersFirst(a: Entry, b: Entry): number {
  if (a.kind !== b.kind) return a.kind === "directory" ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}
