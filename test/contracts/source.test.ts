import { afterAll } from "vitest";
import { files, memory } from "../../src/index.ts";
import { Folder } from "../support/folder.ts";
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
