import { chmod } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { Folder } from "../support/folder.ts";
import { makeTar } from "../support/make-tar.ts";
import { makeZip } from "../support/make-zip.ts";
import { REPOSITORY } from "./pages.ts";

/** What the pages tell of: the folder in which their examples run. */
const SCRIPT = 'console.log("Hello from a script.");\n'.repeat(20);
const FILES: Readonly<Record<string, string | Uint8Array>> = {
  "logs/today.log": "08:00 started\n",
  "private/report.pdf": "%PDF-1.7\n",
  "public/.env": "SECRET=1\n",
  "public/about.html": "<h1>About</h1>\n",
  "public/app.js": SCRIPT,
  "public/app.js.br": brotliCompressSync(SCRIPT),
  "public/app.js.gz": gzipSync(SCRIPT),
  "public/assets/app-3f9a1c2b.js": SCRIPT,
  "public/guide/index.html": "<h1>Guide</h1>\n",
  "public/hello.txt": "Hello, reader.\n",
  "public/index.html": "<h1>Home</h1>\n",
  "public/notes/today.txt": "Buy milk.\n",
  "site.zip": makeZip([
    { name: "index.html", content: "<h1>Home</h1>\n" },
    { name: "hello.txt", content: "Hello, reader.\n" },
    { name: "app.js", content: SCRIPT, method: 8 },
  ]),
  "manual.tar": makeTar([
    { name: "manual/html/index.html", content: "<h1>Manual</h1>\n" },
    { name: "manual/README", content: "Read the manual.\n" },
  ]),
  "uploads/page.html": "<script>alert(1)</script>\n",
  "uploads/photo.png": "",
  "uploads/script.js": SCRIPT,
};

/** Whole seconds, and long past: the entity tags are strong, and the same on every machine. */
const MODIFIED = new Date("2024-03-10T10:00:00Z");

/** What a reader has in the environment after the pages' own `export`. */
const SECRETS = {
  STET_LINK_KEYS: "2026-11:wLzT7mZ0c1fQ9y3kXnB5vRjH2aUeG8sDpKoI6tYhM4E=",
  SECURE_LINK_SECRET: "Yd2cTqX8rJ5vN0bLw7uGfZ3hPkS6eMaR9iOyC4tBxQ1=",
};

/** `npx stet`, as if it were installed. */
const NPX = `#!/bin/sh
[ "$1" = stet ] || exit 127
shift
exec '${process.execPath}' '${join(REPOSITORY, "dist/cli/main.js")}' "$@"
`;

/** A folder for one snippet. */
export interface Sandbox {
  readonly path: string;
  readonly environment: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

export async function makeSandbox(): Promise<Sandbox> {
  const [folder, commands] = await Promise.all([Folder.make(), Folder.make()]);
  for (const [name, content] of Object.entries(FILES)) await folder.write(name, content, MODIFIED);
  await commands.write("npx", NPX);
  await chmod(commands.to("npx"), 0o755);
  return {
    path: folder.path,
    environment: {
      PATH: [commands.path, process.env["PATH"]].join(delimiter),
      ...SECRETS,
    },
    async remove() {
      await Promise.all([folder.remove(), commands.remove()]);
    },
  };
}
