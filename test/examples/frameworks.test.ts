import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { REPOSITORY } from "../docs/pages.ts";
import { findProgram } from "../runtimes/runtimes.ts";
import { request, type RawRequest, type RawResponse } from "../support/raw-connection.ts";
import { skipAloud } from "../support/skip-aloud.ts";
import { type RunningServer, startServer } from "./start-server.ts";

const EXAMPLES = new URL("../../examples/", import.meta.url);

const run = promisify(execFile);

/** The programs of the commands. */
const PROGRAMS: Readonly<Record<string, () => Promise<string | undefined>>> = {
  node: async () => process.execPath,
  bun: () => findProgram("@oven", "bin/bun"),
  deno: () => findProgram("@deno", "deno"),
  rolldown: async () => join(REPOSITORY, "node_modules", ".bin", "rolldown"),
  workerd: () => findProgram("@cloudflare", "bin/workerd"),
};

const NOTES = readFileSync(new URL("sample/notes.txt", EXAMPLES), "latin1");
const BUDGET = readFileSync(new URL("documents/samples/Budget.csv", EXAMPLES), "latin1");

/** What each says of a file that isn't there: the framework's own words, where there is a framework. */
const OWN_404: Readonly<Record<string, string>> = {
  node: "Not Found\n",
  express: "Cannot GET /assets/missing.txt",
  fastify: "Route GET:/assets/missing.txt not found",
  koa: "Not Found",
  hono: "404 Not Found",
  h3: '{"status":404,"message":"HTTPError 404"}',
  bun: "Nothing here.\n",
  deno: "Nothing here.\n",
  worker: "Nothing here.\n",
};

/** The examples of the list, each with the command that the list gives. */
const LISTED = Array.from(
  readFileSync(new URL("README.md", EXAMPLES), "utf8").matchAll(/^\| \[(\w+)\]\S+ +\| `([^`]+)`/gm),
  ([, name = "", command = ""]) => ({ name, command }),
);

test("the list has each example that is one file", () => {
  const folders = readdirSync(EXAMPLES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const others = new Set(["documents", "sample"]);
  const names = folders.map(({ name }) => name).filter((name) => !others.has(name));
  expect(LISTED.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
});

describe.each(LISTED)("$name", ({ name, command }) => {
  let running: RunningServer | undefined;

  beforeAll(async () => {
    running = await start(command);
  });

  beforeEach(() => {
    if (running === undefined) skipAloud(`its runtime isn't installed: see scripts/install-runtimes.js`);
  });

  afterAll(() => running?.stop());

  const ask = (target: string, given?: RawRequest): Promise<RawResponse> =>
    request(running?.port ?? 0, target, given);

  test("sends a file, with its length", async () => {
    const { status, field, text } = await ask("/assets/notes.txt");
    expect([status, field("content-length"), text]).toEqual([200, String(NOTES.length), NOTES]);
    expect(field("content-type")).toBe("text/plain; charset=utf-8");
  });

  test("tells a client that its copy stands", async () => {
    const tag = (await ask("/assets/notes.txt")).field("etag") ?? "";
    const { status, text } = await ask("/assets/notes.txt", { fields: { "if-none-match": tag } });
    expect([status, text]).toEqual([304, ""]);
  });

  test("sends a part", async () => {
    const { status, field, text } = await ask("/assets/notes.txt", { fields: { range: "bytes=2-6" } });
    expect([status, field("content-length"), text]).toEqual([206, "5", NOTES.slice(2, 7)]);
    expect(field("content-range")).toBe(`bytes 2-6/${NOTES.length}`);
  });

  test("says in its own words that a file isn't there", async () => {
    const { status, text } = await ask("/assets/missing.txt");
    expect([status, text]).toEqual([404, expect.stringContaining(OWN_404[name] ?? "none are known")]);
  });

  test("refuses the document to a stranger", async () => {
    const { status, field, text } = await ask("/documents/budget");
    expect([status, field("content-disposition")]).toEqual([403, undefined]);
    expect(text).not.toContain("Income");
  });

  test.each(["/Budget.csv", "/assets/Budget.csv", "/documents/Budget.csv"])(
    "gives the document by no path of its own: not at %s",
    async (target) => {
      const { status } = await ask(target, { fields: { authorization: "Bearer let-me-in" } });
      expect(status).toBe(404);
    },
  );

  test("sends the document to its reader, and logs it", async () => {
    const { status, field, text } = await ask("/documents/budget", {
      fields: { authorization: "Bearer let-me-in" },
    });
    expect([status, field("content-length"), text]).toEqual([200, String(BUDGET.length), BUDGET]);
    expect(field("content-disposition")).toBe('attachment; filename="Budget 2026.csv"');
    expect(field("cache-control")).toBe("private, no-cache");
    await expect.poll(() => running?.said()).toContain(`200 Budget.csv: ${BUDGET.length} bytes`);
  });
});

/** Starts an example by its command; undefined where its runtime isn't installed. */
async function start(command: string): Promise<RunningServer | undefined> {
  const steps: string[][] = [];
  for (const step of command.split(" && ")) {
    const [name = "", ...parameters] = step.replace(/^npx /, "").split(" ");
    const program = await PROGRAMS[name]?.();
    if (program === undefined) return undefined;
    steps.push([program, ...parameters]);
  }
  const last = steps.pop() ?? [];
  for (const [program = "", ...parameters] of steps) await run(program, parameters, { cwd: REPOSITORY });
  // A worker reads no environment: workerd is told the port, and tells which it has taken.
  const told = command.includes("workerd serve") ? ["--socket-addr=http=127.0.0.1:0", "--control-fd=1"] : [];
  return startServer([...last, ...told], {}, /(?:http:\/\/127\.0\.0\.1:|"port":)(\d+)/);
}
