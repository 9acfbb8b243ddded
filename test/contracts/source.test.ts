import { afterAll } from "vitest";
import { files, memory } from "../../src/index.ts";
import { tar, zip } from "../../src/zip.ts";
import { Folder } from "../support/folder.ts";
import { makeTar } from "../support/make-tar.ts";
import { makeZip } from "../support/make-zip.ts";
import { describeSource, TREE } from "./source.ts";

const folders: Folder[] = [];

afterAll(async () => {
  await Promise.all(folders.map((folder) => folder.remove()));
});

for (const blocking of [true, false]) {
  describeSource(`files, blocking: ${blocking}`, async () => {
    const folder = await Folder.make();
    folders.push(folder);
    for (const [path, content] of Object.entries(TREE)) await folder.write(path, content);
    return files(folder.path, { blocking });
  });
}

describeSource("memory", async () => memory(TREE));

const MEMBERS = Object.entries(TREE).map(([name, content]) => ({ name, content }));

for (const [way, method] of [
  ["stored", 0],
  ["deflated", 8],
] as const) {
  describeSource(
    `zip, ${way}`,
    async () => zip(await lay("site.zip", makeZip(MEMBERS.map((member) => ({ ...member, method }))))),
    method === 0,
  );
}

describeSource("zip, a folder of it", async () => {
  const members = MEMBERS.map(({ name, content }) => ({ name: `dist/${name}`, content }));
  return zip(await lay("site.zip", makeZip([{ name: "other.txt" }, ...members])), { folder: "dist" });
});

describeSource("tar", async () => tar(await lay("site.tar", makeTar(MEMBERS))));

/** Writes an archive into a folder of its own. @returns its path */
async function lay(name: string, content: Uint8Array): Promise<string> {
  const folder = await Folder.make();
  folders.push(folder);
  await folder.write(name, content);
  return folder.to(name);
}
