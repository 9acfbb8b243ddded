import { open } from "node:fs/promises";

/** Writes over a part of a file in place: it stays the same file, of the same size where the part lies within it. */
export async function overwrite(path: string, content: Uint8Array, position: number): Promise<void> {
  const handle = await open(path, "r+");
  await handle.write(content, 0, content.length, position);
  await handle.close();
}
