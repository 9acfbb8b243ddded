import { toWholeSeconds } from "../version.ts";
import type { ArchivedFile, Unreadable } from "./archived-file.ts";
import { type ArchivedFolder, ArchiveTree, toSegments } from "./archived-folder.ts";
import type { ArchiveReader } from "./archive-reader.ts";
import { isExtension, parseTarExtension, type TarExtension } from "./tar-extension.ts";
import { BLOCK, parseTarHeader, type TarHeader } from "./tar-header.ts";

/** Bytes of an extension: a name, or a list of records. */
const LONGEST_EXTENSION = 1024 * 1024;

/** Links, devices and folders: whatever length their header tells, no content follows. */
const WITHOUT_CONTENT = /^[1-6]$/;

const SPARSE: Unreadable = {
  code: "failed",
  reason: "is stored sparsely: make the archive without --sparse",
};

/** A byte order mark that a name begins with is part of the name. */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads a tar archive from header to header, and none of the content between them.
 *
 * @throws Error that says what is wrong with it, SourceError where it can't be read
 */
export async function readTar(archive: ArchiveReader): Promise<ArchivedFolder> {
  const tree = new ArchiveTree();
  let extension: TarExtension = {};
  for (let position = 0; ;) {
    const header = parseTarHeader(await archive.bytes(position, BLOCK));
    if (header === undefined) return tree.root;
    const start = await skipSparseMap(archive, header, position);
    if (isExtension(header.type)) {
      extension = { ...extension, ...(await readExtension(archive, header, start)) };
      position = nextHeader(start, header.length);
      continue;
    }
    const entry = { ...header, ...extension };
    extension = {};
    const length = WITHOUT_CONTENT.test(entry.type) ? 0 : entry.length;
    if (!(length >= 0 && start + length <= archive.length)) {
      throw new Error("A file goes on beyond the archive: it may have been cut off.");
    }
    addEntry(tree, entry, start);
    position = nextHeader(start, length);
  }
}

async function readExtension(
  archive: ArchiveReader,
  { type, length }: TarHeader,
  start: number,
): Promise<TarExtension> {
  if (length > LONGEST_EXTENSION) throw new Error(`A name or an extended header has ${length} bytes.`);
  return parseTarExtension(type, await archive.bytes(start, length));
}

/** Everything begins at a multiple of the block. */
function nextHeader(start: number, length: number): number {
  return start + Math.ceil(length / BLOCK) * BLOCK;
}

/** Where the content begins: GNU's own sparse files have a map before it, a block of which tells whether another follows. */
async function skipSparseMap(archive: ArchiveReader, { type }: TarHeader, position: number): Promise<number> {
  let end = position + BLOCK;
  if (type !== "S") return end;
  let [isContinued] = await archive.bytes(position + 482, 1);
  while (isContinued === 1) {
    [isContinued] = await archive.bytes(end + 504, 1);
    end += BLOCK;
  }
  return end;
}

function addEntry(tree: ArchiveTree, entry: TarHeader & TarExtension, start: number): void {
  const name = decode(entry.name);
  const segments = name === undefined ? undefined : toSegments(name);
  if (name === undefined || segments === undefined) return;
  switch (entry.type) {
    case "5":
      return tree.addFolder(segments);
    case "1":
      return addHardLink(tree, segments, entry);
    case "0":
    case "7":
    case "S":
      // Before there was a type for them, folders were files whose names end in a slash.
      return name.endsWith("/") ? tree.addFolder(segments) : tree.addFile(segments, toFile(entry, start));
    default:
    // A symbolic link, a device, a label: nothing that could be sent.
  }
}

/** Another name of a file that came before. */
function addHardLink(tree: ArchiveTree, segments: readonly string[], { linkName }: TarHeader): void {
  const target = toSegments(decode(linkName) ?? "..");
  const file = target && tree.root.at(target);
  if (file?.kind === "file") tree.addFile(segments, file);
}

function toFile({ type, length, modified, isSparse }: TarHeader & TarExtension, start: number): ArchivedFile {
  return {
    kind: "file",
    length,
    lastModified: modified === undefined ? undefined : toWholeSeconds(modified),
    position: start,
    crc32: 0,
    deflatedLength: undefined,
    unreadable: type === "S" || isSparse === true ? SPARSE : undefined,
  };
}

/** A name that isn't UTF-8 has no URL that would lead to it. */
function decode(name: Uint8Array): string | undefined {
  try {
    return utf8.decode(name);
  } catch {
    return undefined;
  }
}
