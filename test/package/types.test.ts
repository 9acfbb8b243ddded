import { execFile } from "node:child_process";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installPacked } from "../runtimes/packed.ts";
import type { Folder } from "../support/folder.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

/** What a user writes, and what the compiler says to it; nothing where it is right. */
const CASES: Readonly<Record<string, readonly [code: string, error?: string]>> = {
  "a folder": ['stet("public").node;'],
  "every option": [
    'stet("public", { index: ["a.html"], extensions: ["html"], dotfiles: "serve", cacheControl: (path) => path, list: true, cache: { maxBytes: 1 }, guard: ({ path }) => (path === "" ? allow() : deny(404)), delivery: nginx({ "/": "/_private/" }), onDelivered: ({ path, finished }) => [path, finished] });',
  ],
  "a misspelt option": [
    'stet("public", { dotfile: "serve" });',
    "'dotfile' does not exist in type 'StetOptions'. Did you mean to write 'dotfiles'?",
  ],
  "a value that isn't one": [
    'stet("public", { dotfiles: "allow" });',
    `Type '"allow"' is not assignable to type '"hide" | "serve"`,
  ],
  "a number in the place of text": [
    'stet("public", { cacheControl: 60 });',
    "Type 'number' is not assignable to type 'string | false | ((path: string) => string | undefined)",
  ],
  "no root": ["stet();", "Expected 1-2 arguments, but got 0."],
  "another status": [
    "deny(418);",
    "Argument of type '418' is not assignable to parameter of type 'DeniedStatus",
  ],
  "a guard that says yes": [
    'stet("public", { guard: () => true });',
    "Type '() => boolean' is not assignable to type 'Guard'.",
  ],
  "a mapping of a front": ["nginx({ '/': 5 });", "Type 'number' is not assignable to type 'string'."],
  "a content that is read by range": [
    'void stet("public").send(new Request("http://a/"), { size: 5, read: (firstPos, lastPos) => new Uint8Array(lastPos - firstPos + 1) });',
  ],
  "a content of each kind": [
    'const { send } = stet("public"); const request = new Request("http://a/"); void send(request, new Uint8Array()); void send(request, new Blob([])); void send(request, new Blob([]).stream()); void open("a").then((handle) => send(request, handle)); void send(request, createReadStream("a"));',
  ],
  "a file system in a worker": [
    'webStet("public");',
    "Argument of type 'string' is not assignable to parameter of type 'Source'.",
  ],
  "the options of files, there": [
    "webStet(memory({}), { neverOverwritten: true });",
    "'neverOverwritten' does not exist in type 'WebOptions'.",
  ],
};

const IMPORTS = `import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { allow, deny, memory, stet } from "stet";
import { nginx } from "stet/deliveries";
import { stet as webStet } from "stet/web";
export { allow, createReadStream, deny, memory, nginx, open, stet, webStet };
`;

let folder: Folder;
/** What the compiler says, by file. */
let output = "";

const fileOf = (name: string): string => `${name.replaceAll(/\W/g, "-")}.ts`;

beforeAll(async () => {
  folder = await installPacked();
  await symlink(join(ROOT, "node_modules", "@types"), folder.to("node_modules/@types"));
  await symlink(join(ROOT, "node_modules", "undici-types"), folder.to("node_modules/undici-types"));
  for (const [name, [code]] of Object.entries(CASES)) await folder.write(fileOf(name), `${IMPORTS}${code}\n`);
  const flags = [
    "--noEmit",
    "--strict",
    "--exactOptionalPropertyTypes",
    "--module",
    "nodenext",
    "--target",
    "es2023",
  ];
  const files = Object.keys(CASES).map(fileOf);
  output = await run(
    process.execPath,
    [
      join(ROOT, "node_modules", "typescript", "bin", "tsc"),
      ...flags,
      "--types",
      "node",
      "--pretty",
      "false",
      ...files,
    ],
    { cwd: folder.path },
  ).then(
    () => "",
    (error: { stdout: string }) => error.stdout,
  );
});

afterAll(() => folder.remove());

describe("the types of the packed package tell", () => {
  test.each(Object.entries(CASES))("%s", (name, [, error]) => {
    const errors = output.split(/\n(?=\S)/).filter((line) => line.startsWith(`${fileOf(name)}(`));
    if (error === undefined) expect(errors).toEqual([]);
    else expect(errors.join("\n")).toContain(error);
  });

  test("nothing wrong by themselves", () => {
    expect(output).not.toContain("node_modules");
  });
});

test("CommonJS requires it", async () => {
  const code = 'const { stet, memory } = require("stet"); console.log(typeof stet(memory({})).node);';
  const { stdout } = await run(process.execPath, ["--input-type=commonjs", "--eval", code], {
    cwd: folder.path,
  });
  expect(stdout).toBe("function\n");
});
