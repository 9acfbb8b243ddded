import { join } from "node:path";
import { expect, vi } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import type { Fence } from "./fences.ts";
import { REPOSITORY } from "./pages.ts";
import type { Sandbox } from "./sandbox.ts";
import { PATIENCE, type Servers } from "./servers.ts";

/** The commands that a page may tell, each with the script that it runs. */
const SCRIPTS: ReadonlyMap<string, string> = new Map([
  ["npm install", "prestart"],
  ["npm start -- examples/sample", "start"],
  ["npm cit", "test"],
]);

/** What a page installs beside stet has to be an optional part of it. */
const OPTIONAL_PART = /^npm install(?:-scripts deny)? (\S+)$/;

const scripts: Readonly<Record<string, string>> = manifest.scripts;

/** Whether the commands have their scripts, and whether `npm start` serves. */
export async function checkSetUp(
  commands: Fence,
  place: string,
  sandbox: Sandbox,
  servers: Servers,
): Promise<void> {
  for (const command of commands.content.trimEnd().split(/\n| && /)) {
    const [, part] = OPTIONAL_PART.exec(command) ?? [];
    if (part !== undefined) {
      expect(manifest.peerDependencies, place).toHaveProperty(part);
      continue;
    }
    const script = SCRIPTS.get(command);
    if (script === undefined) throw new Error(`${place}: unknown command: ${command}`);
    expect(scripts, place).toHaveProperty(script);
    if (script === "start") await checkStart(scripts[script] ?? "", place, sandbox, servers);
  }
}

/** Without npm, which would build anew beneath the tests that run meanwhile. */
async function checkStart(script: string, place: string, sandbox: Sandbox, servers: Servers): Promise<void> {
  const command = `exec ${script} '${join(sandbox.path, "public")}' --port 0`;
  const url = await servers.start(place, ["sh", "-c", command], { cwd: REPOSITORY }, (written) =>
    vi.waitFor(() => readUrl(written(), place), PATIENCE),
  );
  const response = await fetch(new URL("hello.txt", url));
  expect(await response.text(), place).toBe("Hello, reader.\n");
}

function readUrl(written: string, place: string): string {
  const [url] = /http:\S+(?=\n)/.exec(written) ?? [];
  if (url === undefined) throw new Error(`${place}: the server hasn't told its address`);
  return url;
}
