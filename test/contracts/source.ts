import { describe, expect, it } from "vitest";
import type { Variant } from "../../src/decision/representation.ts";
import type { FileResource, OpenRepresentation, Source } from "../../src/index.ts";
import { variantsOf as findVariants } from "../../src/sources/source.ts";

/** The tree that a source under test holds; whoever runs the contract lays it. */
export const TREE: Readonly<Record<string, string>> = {
  "a.txt": "the text of a",
  "app.js": "the script, as it is",
  "app.js.br": "br",
  "app.js.gz": "gzipped",
  "empty.txt": "",
  "folder/inner.txt": "inside",
  "folder/deeper/x.html": "<p>x</p>",
  "ünïcode ☃.txt": "snow",
};

/**
 * What every source does. `make` lays the tree and gives the source of it.
 *
 * @param acceptRanges false where the bytes of a file that is read from the middle have to be made from the first on
 */
export function describeSource(name: string, make: () => Promise<Source>, acceptRanges = true): void {
  describe(`the source contract: ${name}`, () => {
    it("finds files, and nothing where nothing is", async () => {
      const source = await make();
      expect((await source.find("a.txt"))?.kind).toBe("file");
      expect((await source.find("ünïcode ☃.txt"))?.kind).toBe("file");
      expect((await source.find("folder/inner.txt"))?.kind).toBe("file");
      for (const path of ["missing.txt", "a.txt/inner", "folder/missing", "A.TXT", "a.txt "]) {
        expect(await source.find(path), path).toBeUndefined();
      }
    });

    it("lists a directory, the root too", async () => {
      const source = await make();
      const list = async (path: string): Promise<string[]> => {
        const found = await source.find(path);
        if (found?.kind !== "directory") throw new Error(`${path} is no directory`);
        return (await found.list()).map((entry) => `${entry.kind} ${entry.name} ${entry.length}`).toSorted();
      };
      expect(await list("folder")).toEqual(["directory deeper undefined", "file inner.txt 6"]);
      expect(await list("")).toContain("directory folder undefined");
    });

    it("gives size, validators and type of the bytes that it holds open", async () => {
      const open = await opened(await make(), "a.txt");
      expect(open.representation).toMatchObject({
        contentCoding: undefined,
        length: 13,
        mediaType: "text/plain; charset=utf-8",
        acceptRanges,
      });
      expect(open.representation.validators.entityTag).toBeDefined();
      open.close();
    });

    it("gives the same tag each time, and another for each file and coding", async () => {
      const source = await make();
      const tagOf = async (path: string, coding?: string): Promise<string | undefined> => {
        const open = await opened(source, path, coding);
        open.close();
        return open.representation.validators.entityTag?.opaque;
      };
      expect(await tagOf("a.txt")).toBe(await tagOf("a.txt"));
      const tags = await Promise.all([tagOf("app.js"), tagOf("app.js", "br"), tagOf("app.js", "gzip")]);
      expect(new Set(tags).size).toBe(3);
    });

    it("offers precompressed siblings with the type of what they are of", async () => {
      const source = await make();
      const variants = (await variantsOf(source, "app.js")).map(({ contentCoding }) => contentCoding);
      expect(variants).toEqual(["br", "gzip", undefined]);
      const open = await opened(source, "app.js", "gzip");
      expect(open.representation).toMatchObject({
        contentCoding: "gzip",
        mediaType: expect.stringContaining("javascript"),
      });
      expect(await readAll(open)).toBe("gzipped");
      open.close();
    });

    it("reads from any position, and nothing past the end", async () => {
      const open = await opened(await make(), "a.txt");
      expect(await readAll(open, 4)).toBe("text of a");
      expect(await readAll(open, 2)).toBe("e text of a");
      expect(await readAll(open)).toBe("the text of a");
      expect(await open.read(new Uint8Array(10), 13)).toBe(0);
      expect(await open.read(new Uint8Array(10), 5000)).toBe(0);
      open.close();
    });

    it("holds an empty file", async () => {
      const open = await opened(await make(), "empty.txt");
      expect(open.representation.length).toBe(0);
      expect(await open.read(new Uint8Array(1), 0)).toBe(0);
      open.close();
    });

    it("may be closed twice", async () => {
      const open = await opened(await make(), "a.txt");
      open.close();
      open.close();
    });

    it("never leads out by a path that was not judged", async () => {
      const source = await make();
      for (const path of ["..", "../x", "folder/../..", "/etc/passwd", "folder/../../etc/passwd"]) {
        const found = await source.find(path);
        expect(found?.kind === "file" ? "a file" : "nothing", path).toBe("nothing");
      }
    });
  });
}

async function file(source: Source, path: string): Promise<FileResource> {
  const found = await source.find(path);
  if (found?.kind !== "file") throw new Error(`${path} is no file`);
  return found;
}

async function variantsOf(source: Source, path: string): Promise<readonly Variant[]> {
  return (await findVariants(await file(source, path), () => undefined)).variants;
}

async function opened(source: Source, path: string, contentCoding?: string): Promise<OpenRepresentation> {
  const open = await (await file(source, path)).open({ contentCoding });
  if (open === undefined) throw new Error(`${path} can't be opened`);
  return open;
}

async function readAll(open: OpenRepresentation, from = 0): Promise<string> {
  const chunks: Uint8Array[] = [];
  for (let position = from; ;) {
    const into = new Uint8Array(4);
    const count = await open.read(into, position);
    if (count === 0) return Buffer.concat(chunks).toString();
    chunks.push(into.subarray(0, count));
    position += count;
  }
}
