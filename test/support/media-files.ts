/** A page of one colour, as a PDF. @param colour three numbers from 0 to 1 */
export function toPdf(colour: string): string {
  const content = `${colour} rg 0 0 300 200 re f`;
  const objects = [
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R>>",
    `<</Length ${content.length}>>\nstream\n${content}\nendstream`,
  ];
  let text = "%PDF-1.4\n";
  const table = objects.map((object, index) => {
    const position = String(text.length).padStart(10, "0");
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${position} 00000 n \n`;
  });
  const size = objects.length + 1;
  const head = `xref\n0 ${size}\n0000000000 65535 f \n${table.join("")}`;
  return `${text}${head}trailer<</Size ${size}/Root 1 0 R>>\nstartxref\n${text.length}\n%%EOF\n`;
}

/** Silence, uncompressed: 176,400 bytes for each second. */
export function toWav(seconds: number): Buffer {
  const rate = 44_100;
  const bytesPerSample = 4;
  const length = seconds * rate * bytesPerSample;
  const wav = Buffer.alloc(44 + length);
  wav.write("RIFF", 0, "latin1");
  wav.writeUInt32LE(36 + length, 4);
  wav.write("WAVEfmt ", 8, "latin1");
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(2, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(rate * bytesPerSample, 28);
  wav.writeUInt16LE(bytesPerSample, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36, "latin1");
  wav.writeUInt32LE(length, 40);
  return wav;
}
