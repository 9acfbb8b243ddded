/**
 * Puts room between the pictures of a short video, so that a player which seeks in it has to ask for the bytes anew: a long
 * video in all but its content, and nothing is needed to make it.
 *
 * @param video an MP4 of one track, its pictures in one run and its index (`moov`) at the end
 * @param room bytes after each picture
 * @see ISO/IEC 14496-12 §8.7
 */
export function spreadVideo(video: Buffer, room: number): Buffer<ArrayBuffer> {
  const boxes = readBoxes(video);
  const table = ["trak", "mdia", "minf", "stbl"].reduce(
    (boxes, name) => readBoxes(find(boxes, name)),
    readBoxes(find(boxes, "moov")),
  );
  const sizes = readNumbers(find(table, "stsz").subarray(12));
  const [first = 0] = readNumbers(find(table, "stco").subarray(8));
  const begin = find(boxes, "ftyp");
  const pieces: Buffer[] = [];
  const positions: number[] = [];
  let read = first;
  let written = begin.length + 8 + 8;
  for (const size of sizes) {
    positions.push(written);
    pieces.push(video.subarray(read, read + size), Buffer.alloc(room));
    read += size;
    written += size + room;
  }
  const spread = replaceBoxes(find(boxes, "moov"), {
    // Each picture is a chunk of its own.
    stsc: toNumbers(0, 1, 1, 1, 1),
    stco: toNumbers(0, positions.length, ...positions),
  });
  return Buffer.concat([toBox("ftyp", begin), toBox("mdat", ...pieces), toBox("moov", spread)]);
}

interface Box {
  readonly name: string;
  readonly content: Buffer;
}

function readBoxes(bytes: Buffer): readonly Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    boxes.push({
      name: bytes.toString("latin1", at + 4, at + 8),
      content: bytes.subarray(at + 8, at + length),
    });
    at += length;
  }
  return boxes;
}

function find(boxes: readonly Box[], name: string): Buffer {
  const found = boxes.find((box) => box.name === name);
  if (found === undefined) throw new Error(`There is no ${name} in this video.`);
  return found.content;
}

const HOLDERS: ReadonlySet<string> = new Set(["trak", "mdia", "minf", "stbl"]);

function replaceBoxes(content: Buffer, replacements: Readonly<Record<string, Buffer>>): Buffer {
  const boxes = readBoxes(content).map(({ name, content }) =>
    toBox(name, HOLDERS.has(name) ? replaceBoxes(content, replacements) : (replacements[name] ?? content)),
  );
  return Buffer.concat(boxes);
}

function toBox(name: string, ...contents: readonly Buffer[]): Buffer {
  const length = contents.reduce((total, content) => total + content.length, 8);
  return Buffer.concat([toNumbers(length), Buffer.from(name, "latin1"), ...contents]);
}

function readNumbers(bytes: Buffer): readonly number[] {
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32BE(index * 4));
}

function toNumbers(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [index, number] of numbers.entries()) bytes.writeUInt32BE(number, index * 4);
  return bytes;
}
