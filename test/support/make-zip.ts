import { crc32, deflateRawSync } from "node:zlib";

/** A file in a .zip archive; whatever is given stands there, whether it is right or not. */
export interface ZipMember {
  readonly name: string | Uint8Array;
  readonly content?: string | Uint8Array;
  /** How the content is compressed: 0 for not at all, 8 for deflated. Default: 0. */
  readonly method?: number;
  /** The bytes that stand in the archive. Default: the content, compressed by the method. */
  readonly stored?: Uint8Array;
  /** Default: bit 11, for a name in UTF-8. */
  readonly flags?: number;
  /** A Unix mode, such as 0o100644. Default: that of a file, or of a folder where the name ends in a slash. */
  readonly mode?: number;
  /** What the directory tells, in place of what is so. */
  readonly told?: {
    readonly crc32?: number;
    readonly length?: number;
    readonly storedLength?: number;
    readonly position?: number;
  };
  /** The extra field, in the directory. */
  readonly extra?: Uint8Array;
  /** The extra field, in the header before the content. */
  readonly localExtra?: Uint8Array;
  /** Lengths and CRC stand behind the content, as where it was written to a stream. */
  readonly hasDescriptor?: boolean;
  /** Lengths and positions in 64 bits. */
  readonly isZip64?: boolean;
  /** By the clock of whoever made it. Default: 2024-03-10 10:00. */
  readonly dosTime?: number;
  readonly dosDate?: number;
}

const UTF8 = 0x800;
const DESCRIPTOR = 0x8;
const MOST_32 = 0xffff_ffff;

/** 2024-03-10, and 10:00. */
const DATE = ((2024 - 1980) << 9) | (3 << 5) | 10;
const TIME = 10 << 11;

/**
 * A .zip archive.
 *
 * @param at where in a larger file it will begin
 */
export function makeZip(members: readonly ZipMember[], at = 0): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let position = at;
  for (const member of members) {
    const file = withDefaults(member);
    const local = [
      toLocalHeader(file),
      file.stored,
      file.hasDescriptor ? toDescriptor(file) : Buffer.alloc(0),
    ];
    directory.push(toDirectoryHeader(file, file.told.position ?? position));
    for (const part of local) {
      parts.push(Buffer.from(part));
      position += part.length;
    }
  }
  const isZip64 = members.some((member) => member.isZip64 === true) || position > MOST_32;
  return Buffer.concat([...parts, ...directory, toEnd(directory, position, isZip64)]);
}

type File = ReturnType<typeof withDefaults>;

function withDefaults(member: ZipMember) {
  const { name, content = "", method = 0, flags = UTF8, told = {}, hasDescriptor = false } = member;
  const bytes = Buffer.from(content);
  const rawName = Buffer.from(name);
  const stored = member.stored ?? (method === 8 ? deflateRawSync(bytes) : bytes);
  return {
    rawName,
    method,
    stored,
    told,
    hasDescriptor,
    flags: hasDescriptor ? flags | DESCRIPTOR : flags,
    mode: member.mode ?? (rawName.at(-1) === 0x2f ? 0o040755 : 0o100644),
    crc32: told.crc32 ?? crc32(bytes),
    length: told.length ?? bytes.length,
    storedLength: told.storedLength ?? stored.length,
    extra: Buffer.from(member.extra ?? []),
    localExtra: Buffer.from(member.localExtra ?? []),
    isZip64: member.isZip64 ?? false,
    dosTime: member.dosTime ?? TIME,
    dosDate: member.dosDate ?? DATE,
  };
}

function toLocalHeader(file: File): Buffer {
  const { rawName, localExtra, hasDescriptor, method, flags, dosTime, dosDate } = file;
  const known = hasDescriptor ? [0, 0, 0] : [file.crc32, clamp(file.storedLength), clamp(file.length)];
  return Buffer.concat([
    words("4 2 2 2 2 2 4 4 4 2 2", [
      0x04034b50,
      20,
      flags,
      method,
      dosTime,
      dosDate,
      ...known,
      rawName.length,
      localExtra.length,
    ]),
    rawName,
    localExtra,
  ]);
}

function toDescriptor({ crc32, storedLength, length }: File): Buffer {
  return words("4 4 4 4", [0x08074b50, crc32, clamp(storedLength), clamp(length)]);
}

function toDirectoryHeader(file: File, position: number): Buffer {
  const { rawName, method, flags, mode, isZip64, dosTime, dosDate } = file;
  const is64 = isZip64 || position > MOST_32 || file.length > MOST_32 || file.storedLength > MOST_32;
  const numbers = [file.storedLength, file.length];
  const extra64 = is64
    ? words("2 2 8 8 8", [1, 24, file.length, file.storedLength, position])
    : Buffer.alloc(0);
  const extra = Buffer.concat([extra64, file.extra]);
  return Buffer.concat([
    words("4 2 2 2 2 2 2 4 4 4 2 2 2 2 2 4 4", [
      0x02014b50,
      (3 << 8) | 63,
      45,
      flags,
      method,
      dosTime,
      dosDate,
      file.crc32,
      ...(is64 ? [MOST_32, MOST_32] : numbers),
      rawName.length,
      extra.length,
      0,
      0,
      0,
      mode * 0x10000,
      is64 ? MOST_32 : position,
    ]),
    rawName,
    extra,
  ]);
}

function toEnd(directory: readonly Buffer[], position: number, isZip64: boolean): Buffer {
  const count = directory.length;
  const length = directory.reduce((total, { length }) => total + length, 0);
  const end64 = [
    words("4 8 2 2 4 4 8 8 8 8", [0x06064b50, 44, 45, 45, 0, 0, count, count, length, position]),
    words("4 4 8 4", [0x07064b50, 0, position + length, 1]),
  ];
  const end = isZip64
    ? [0x06054b50, 0, 0, 0xffff, 0xffff, MOST_32, MOST_32, 0]
    : [0x06054b50, 0, 0, count, count, length, position, 0];
  return Buffer.concat([...(isZip64 ? end64 : []), words("4 2 2 2 2 4 4 2", end)]);
}

function clamp(number: number): number {
  return Math.min(number, MOST_32);
}

/** Numbers in so many bytes each, the lowest first. */
function words(widths: string, numbers: readonly number[]): Buffer {
  const parts = widths.split(" ").map((width, index) => {
    const part = Buffer.alloc(Number(width));
    const number = numbers[index] ?? 0;
    if (width === "8") part.writeBigUInt64LE(BigInt(number));
    else part.writeUIntLE(number, 0, part.length);
    return part;
  });
  return Buffer.concat(parts);
}
