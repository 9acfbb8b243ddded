import { isUtf8 } from "node:buffer";
import { type Entry, fromRandomAccessReaderPromise, getFileNameLowLevel, RandomAccessReader } from "yauzl";
import { readInto, type Source } from "../source.ts";
import { toWholeSeconds } from "../version.ts";
import type { ArchiveFormat } from "./archive-format.ts";
import type { ArchiveOptions } from "./archive-options.ts";
import type { ArchiveReader } from "./archive-reader.ts";
import { archiveSource } from "./archive-source.ts";
import { type ArchivedFile, storedLength, type Unreadable } from "./archived-file.ts";
import { ArchiveTree, toSegments } from "./archived-folder.ts";

/**
 * The files of a .zip archive, served in place: those that are stored by range, those that are deflated as gzip, or
 * inflated while they are read. Nothing is unpacked. A replaced archive is seen by the next request.
 *
 * @param path of the archive, absolute or relative to the working directory, or a `file:` URL
 * @throws TypeError where there is no such file, or an option means nothing
 * @see APPNOTE.TXT of PKWARE
 */
export function zip(path: string | URL, options: ArchiveOptions = {}): Source {
  return archiveSource(path, ZIP, options);
}

const STORED = 0;
const DEFLATED = 8;

/** The bits of a Unix mode that tell the kind of a file, and the kinds. @see inode(7) */
const KIND = 0o170000;
const REGULAR = 0o100000;
const DIRECTORY = 0o040000;

const LOCAL_HEADER = 30;
const LOCAL_HEADER_SIGNATURE = 0x04034b50;

const UTF8_NAME = 0x800;

const ZIP: ArchiveFormat = {
  async readTree(archive) {
    const tree = new ArchiveTree();
    const reader = new ZipReader(archive);
    const options = { decodeStrings: false, validateEntrySizes: false };
    const zip = await fromRandomAccessReaderPromise(reader, archive.length, options);
    for await (const entry of zip.eachEntry()) addEntry(tree, entry);
    return tree.root;
  },

  async locate(file, archive, archiveLength) {
    const header = Buffer.alloc(LOCAL_HEADER);
    if (file.position + header.length > archiveLength)
      throw new Error("A local header lies beyond the archive.");
    await readInto(archive, header, file.position);
    if (header.readUInt32LE(0) !== LOCAL_HEADER_SIGNATURE)
      throw new Error("A local header isn't where it should be.");
    // The lengths of the name and of the extra field may differ from those in the directory.
    const offset = file.position + header.length + header.readUInt16LE(26) + header.readUInt16LE(28);
    if (offset + storedLength(file) > archiveLength) throw new Error("A file goes on beyond its archive.");
    return offset;
  },
};

/** What yauzl reads from. */
class ZipReader extends RandomAccessReader {
  readonly #archive: ArchiveReader;

  constructor(archive: ArchiveReader) {
    super();
    this.#archive = archive;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.#archive
      .bytes(position, length)
      .then((bytes) => {
        bytes.copy(buffer, offset);
        callback(null);
      })
      // Also what yauzl itself throws there: it goes the way of its other errors, and ends no process.
      .catch(callback);
  }
}

function addEntry(tree: ArchiveTree, entry: Entry): void {
  const name = nameOf(entry);
  const segments = toSegments(name);
  if (segments === undefined) return;
  const kind = (entry.externalFileAttributes >>> 16) & KIND;
  if (name.endsWith("/") || kind === DIRECTORY) return tree.addFolder(segments);
  // A link, a device: of no use without the system that it is of. Zero is what systems without a mode write.
  if (kind !== REGULAR && kind !== 0) return;
  tree.addFile(segments, toFile(entry));
}

/**
 * Bytes that are valid UTF-8 are: tools of macOS write it without saying so, and names in the code page 437 that look
 * like it can hardly be found. Microsoft's tools have written backslashes between folders.
 */
function nameOf({ fileNameRaw, extraFields }: Entry): string {
  return getFileNameLowLevel(isUtf8(fileNameRaw) ? UTF8_NAME : 0, fileNameRaw, extraFields, false);
}

function toFile(entry: Entry): ArchivedFile {
  const { uncompressedSize, compressedSize, compressionMethod, crc32, relativeOffsetOfLocalHeader } = entry;
  return {
    kind: "file",
    length: uncompressedSize,
    // Where there is nothing but a DOS time, it has no zone: read as UTC, it is the same on every machine.
    lastModified: toWholeSeconds(entry.getLastModDate({ timezone: "UTC" }).getTime() / 1000),
    position: relativeOffsetOfLocalHeader,
    crc32,
    deflatedLength: compressionMethod === DEFLATED ? compressedSize : undefined,
    unreadable: unreadable(entry),
  };
}

function unreadable(entry: Entry): Unreadable | undefined {
  if (entry.isEncrypted()) return { code: "forbidden", reason: "is encrypted" };
  const { compressionMethod, compressedSize, uncompressedSize } = entry;
  if (!Number.isSafeInteger(uncompressedSize))
    return { code: "failed", reason: "has no length that could be" };
  if (compressionMethod === DEFLATED) return undefined;
  if (compressionMethod !== STORED)
    return {
      code: "failed",
      reason: `is compressed by the method ${compressionMethod}: deflate or store it`,
    };
  return compressedSize === uncompressedSize
    ? undefined
    : { code: "failed", reason: "is stored with two lengths" };
}
