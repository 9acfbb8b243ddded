import { chmod, mkdir, mkdtemp, open, realpath, rename, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** So long past that a tag made of it is strong, with a fraction of a second as real files have. */
export const LONG_AGO: Date = new Date("2024-03-10T10:00:00.123Z");

/** A folder of files that lives as long as a test. */
export class Folder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<Folder> {
    const path = await realpath(await mkdtemp(join(tmpdir(), "stet-")));
    // A server that runs as another user must find its way in.
    await chmod(path, 0o755);
    return new Folder(path);
  }

  /** A folder inside it, which is gone with it. */
  below(name: string): Folder {
    return new Folder(this.to(name));
  }

  /** The absolute path of what is called `name` below the folder. */
  to(name: string): string {
    return join(this.path, name);
  }

  /** Writes a file, in place where it exists. Without `modified` it was last modified just now. */
  async write(name: string, content: string | Uint8Array, modified?: Date): Promise<void> {
    const path = this.to(name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    if (modified !== undefined) await utimes(path, modified, modified);
  }

  /** Writes a file that was last modified long ago. */
  writeOld(name: string, content: string | Uint8Array): Promise<void> {
    return this.write(name, content, LONG_AGO);
  }

  /** Puts another file in the place of one, as a deployment does: the old one lives on while it is open. */
  async replace(name: string, content: string | Uint8Array, modified?: Date): Promise<void> {
    await this.write(`${name}.next`, content, modified);
    await rename(this.to(`${name}.next`), this.to(name));
  }

  /** Writes a file of `length` bytes that takes no room on the disk: zeros, but for what `content` puts at positions. */
  async writeSparse(
    name: string,
    length: number,
    content: Readonly<Record<number, string>> = {},
  ): Promise<void> {
    const handle = await open(this.to(name), "w");
    try {
      await handle.truncate(length);
      for (const [position, text] of Object.entries(content)) await handle.write(text, Number(position));
      await handle.utimes(LONG_AGO, LONG_AGO);
    } finally {
      await handle.close();
    }
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}
