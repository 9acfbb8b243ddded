import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ArchivedFile } from "./archived-file.ts";
import { ArchiveTree, toSegments } from "./archived-folder.ts";

function file(length: number): ArchivedFile {
  const nothing = { lastModified: undefined, deflatedLength: undefined, unreadable: undefined };
  return { kind: "file", length, position: 0, crc32: 0, ...nothing };
}

describe("toSegments", () => {
  it.each([
    ["a", ["a"]],
    ["a/b.txt", ["a", "b.txt"]],
    ["a/", ["a"]],
    ["./a", ["a"]],
    ["././a/", ["a"]],
    ["./", []],
    [".", []],
    ["", []],
    ["...", ["..."]],
    ["a\\b", ["a\\b"]],
  ])("reads %j", (name, segments) => {
    expect(toSegments(name)).toEqual(segments);
  });

  it.each(["/", "/a", "//a", "a//b", "a//", "..", "../a", "a/..", "a/../b", "a/./b", "./../a", "./.."])(
    "refuses %j",
    (name) => {
      expect(toSegments(name)).toBeUndefined();
    },
  );

  it("gives nothing that could lead out, whatever the name", () => {
    const name = fc.stringMatching(/^[./a\\]{0,12}$/);
    fc.assert(
      fc.property(fc.oneof(name, fc.string()), (name) => {
        const segments = toSegments(name) ?? [];
        expect(segments.filter((segment) => /^\.{0,2}$/.test(segment) || segment.includes("/"))).toEqual([]);
      }),
    );
  });

  it("is linear in the name", () => {
    expect(toSegments("./".repeat(1_000_000))).toEqual([]);
    expect(toSegments("a/".repeat(1_000_000))).toHaveLength(1_000_000);
  });
});

describe("ArchiveTree", () => {
  it("finds what a folder would hold into which it was unpacked", () => {
    const segment = fc.constantFrom("a", "b", "c");
    const path = fc.array(segment, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(path, fc.boolean())), (members) => {
        const tree = new ArchiveTree();
        const unpacked = new Map<string, number | "directory">();
        for (const [index, [path, isFile]] of members.entries()) {
          if (isFile) tree.addFile(path, file(index));
          else tree.addFolder(path);
          unpack(unpacked, path, isFile ? index : "directory");
        }
        for (const [path, content] of unpacked) {
          const found = tree.root.find(path);
          expect(found?.kind === "file" ? found.length : found?.kind, path).toBe(content);
        }
        expect(count(tree.root.find("")!)).toBe(unpacked.size);
      }),
    );
  });
});

/** As `unpack` by hand: folders are made on the way, and nothing goes below a file or in place of a folder. */
function unpack(
  unpacked: Map<string, number | "directory">,
  path: readonly string[],
  content: number | "directory",
): void {
  const folders = path.map((_, index) => path.slice(0, index + 1).join("/"));
  const last = content === "directory" ? undefined : folders.pop();
  for (const folder of folders) {
    const before = unpacked.get(folder) ?? "directory";
    if (before !== "directory") return;
    unpacked.set(folder, before);
  }
  if (last !== undefined && unpacked.get(last) !== "directory") unpacked.set(last, content);
}

type Node = ReturnType<ArchiveTree["root"]["find"]> & {};

function count(node: Node): number {
  if (node.kind === "file") return 0;
  return node.list().reduce((total, { name }) => total + 1 + count(node.find(name)!), 0);
}
