import type { Source } from "../source.ts";
import type { ArchiveFormat } from "./archive-format.ts";
import type { ArchiveOptions } from "./archive-options.ts";
import { archiveSource } from "./archive-source.ts";
import { readTar } from "./read-tar.ts";

/**
 * The files of a .tar archive (ustar, pax or GNU's), served in place, each by range. One that is compressed as a whole
 * (.tar.gz) has no places in it: unpack the .tar first. A replaced archive is seen by the next request.
 *
 * @param path of the archive, absolute or relative to the working directory, or a `file:` URL
 * @throws TypeError where there is no such file, or an option means nothing
 */
export function tar(path: string | URL, options: ArchiveOptions = {}): Source {
  return archiveSource(path, TAR, options);
}

const TAR: ArchiveFormat = {
  readTree: readTar,
  locate: (file) => Promise.resolve(file.position),
};
