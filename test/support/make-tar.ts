/** A header in a .tar archive with its content; whatever is given stands there, whether it is right or not. */
export interface TarMember {
  readonly name: string | Uint8Array;
  readonly content?: string | Uint8Array;
  /** `"0"` for a file, `"5"` for a folder, `"2"` for a symbolic link. Default: by the name's last character. */
  readonly type?: string;
  readonly linkName?: string;
  /** What the header tells in place of the content's length. */
  readonly length?: number;
  /** Seconds since the epoch. Default: 2024-03-10T10:00:00Z. */
  readonly modified?: number;
  /** The front of the name, in a field of its own. */
  readonly prefix?: string;
  /** Default: ustar. */
  readonly magic?: string;
  /** Has the length in binary. */
  readonly isBinary?: boolean;
}

export const TAR_BLOCK = 512;

/** 2024-03-10T10:00:00Z. */
const MODIFIED = 1_710_064_800;

/** A .tar archive, with the two blocks of zeros at its end. */
export function makeTar(members: readonly TarMember[]): Buffer {
  return Buffer.concat([...members.map(makeTarMember), Buffer.alloc(2 * TAR_BLOCK)]);
}

export function makeTarMember(member: TarMember): Buffer {
  const content = Buffer.from(member.content ?? "");
  const padding = Buffer.alloc((TAR_BLOCK - (content.length % TAR_BLOCK)) % TAR_BLOCK);
  return Buffer.concat([makeTarHeader(member), content, padding]);
}

export function makeTarHeader(member: TarMember): Buffer {
  const { content = "", linkName = "", prefix = "", magic = "ustar\u000000", modified = MODIFIED } = member;
  const name = Buffer.from(member.name);
  const length = member.length ?? Buffer.from(content).length;
  const header = Buffer.alloc(TAR_BLOCK);
  name.copy(header, 0, 0, 100);
  header.write("0000644\0", 100);
  header.write("0001750\0", 108);
  header.write("0001750\0", 116);
  if (member.isBinary === true) {
    header[124] = 0x80;
    header.writeBigUInt64BE(BigInt(length), 128);
  } else header.write(`${length.toString(8).padStart(11, "0")}\0`, 124);
  header.write(`${modified.toString(8).padStart(11, "0")}\0`, 136);
  header.write(member.type ?? (name.at(-1) === 0x2f ? "5" : "0"), 156);
  header.write(linkName, 157, 100);
  header.write(magic, 257);
  header.write(prefix, 345, 155);
  return withChecksum(header);
}

export function withChecksum(header: Buffer): Buffer {
  header.write("        ", 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

/** The content of a pax header, each record with its length. */
export function paxRecords(records: Readonly<Record<string, string>>): string {
  return Object.entries(records)
    .map(([keyword, value]) => {
      const rest = Buffer.byteLength(` ${keyword}=${value}\n`);
      let length = rest;
      while (length !== rest + String(length).length) length = rest + String(length).length;
      return `${length} ${keyword}=${value}\n`;
    })
    .join("");
}
