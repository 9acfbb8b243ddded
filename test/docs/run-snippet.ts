import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { expect, vi } from "vitest";
import { type Finished, run, type RunOptions } from "../support/clients-run.ts";
import { findFreePort, knock } from "../support/free-port.ts";
import type { Fence } from "./fences.ts";
import { REPOSITORY } from "./pages.ts";
import { makeSandbox, type Sandbox } from "./sandbox.ts";
import { PATIENCE, Servers } from "./servers.ts";
import { checkSetUp } from "./set-up.ts";
import { type Command, isServing, readCommands, type Snippet, withPort } from "./snippets.ts";

/** Where a snippet is run. */
interface Stage {
  readonly page: string;
  readonly sandbox: Sandbox;
  /** A folder inside the repository, so that "stet" is found there by its own name. */
  readonly modules: string;
  readonly port: number;
  readonly servers: Servers;
}

/** Runs a snippet. @throws Error that tells page and line, where it doesn't do what is written */
export async function runSnippet(snippet: Snippet): Promise<void> {
  const stage = await makeStage(snippet.page);
  try {
    await play(snippet, stage);
    await stage.servers.stop();
  } finally {
    await stage.servers.stop().catch(() => undefined);
    await stage.sandbox.remove();
    await rm(stage.modules, { recursive: true });
  }
}

async function makeStage(page: string): Promise<Stage> {
  const cache = join(REPOSITORY, ".cache");
  await mkdir(cache, { recursive: true });
  const modules = await mkdtemp(join(cache, "docs-"));
  return { page, sandbox: await makeSandbox(), modules, port: await findFreePort(), servers: new Servers() };
}

function play(snippet: Snippet, stage: Stage): Promise<void> {
  const place = `${snippet.page}:${snippet.line}`;
  switch (snippet.kind) {
    case "program":
      return playProgram(snippet.program, snippet.output, stage);
    case "server":
      return playServer(snippet.program, snippet.sessions, stage);
    case "session":
      return playSessions(snippet.sessions, stage);
    case "set-up":
      return checkSetUp(snippet.commands, place, stage.sandbox, stage.servers);
    case "unknown":
      throw new Error(`${place}: unknown kind of snippet: ${JSON.stringify(snippet.fence.kind)}`);
  }
}

async function playProgram(program: Fence, output: Fence | undefined, stage: Stage): Promise<void> {
  const module = await writeModule(program, stage);
  const finished = await run(process.execPath, [module], inSandbox(stage));
  expectSuccess(finished, `${stage.page}:${program.line}`);
  if (output !== undefined) expect(finished.stdout, `${stage.page}:${output.line}`).toBe(output.content);
}

async function playServer(program: Fence, sessions: readonly Fence[], stage: Stage): Promise<void> {
  const place = `${stage.page}:${program.line}`;
  if (sessions.length === 0) throw new Error(`${place}: no console block asks this server`);
  const module = await writeModule(program, stage);
  await stage.servers.start(place, [process.execPath, module], inSandbox(stage), () =>
    vi.waitFor(() => knock(stage.port), PATIENCE),
  );
  await playSessions(sessions, stage);
}

/** The code stands on the same lines as on its page, so a stack trace tells the page's own. */
async function writeModule({ content, line }: Fence, stage: Stage): Promise<string> {
  const module = join(stage.modules, `${basename(stage.page, ".md")}-${line}.mjs`);
  await writeFile(module, "\n".repeat(line) + withPort(content, stage.port));
  return module;
}

async function playSessions(sessions: readonly Fence[], stage: Stage): Promise<void> {
  for (const session of sessions) {
    for (const command of readCommands(session, stage.page)) await playCommand(command, stage);
  }
}

async function playCommand({ text, output, line }: Command, stage: Stage): Promise<void> {
  const place = `${stage.page}:${line}`;
  const command = withPort(text, stage.port);
  const expected = withPort(output, stage.port);
  if (isServing(text)) {
    await stage.servers.start(place, ["sh", "-c", `exec ${command}`], inSandbox(stage), (written) =>
      vi.waitFor(() => expect(written(), place).toBe(expected), PATIENCE),
    );
    return;
  }
  const finished = await run("sh", ["-c", command], inSandbox(stage));
  expect(withLastLineEnded(finished.stdout), place).toBe(expected);
  expectSuccess(finished, place);
}

/** A page can't show that the last line has no end. */
function withLastLineEnded(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function expectSuccess({ code, stderr }: Finished, place: string): void {
  if (code !== 0 || stderr !== "") throw new Error(`${place}: ended with ${code}: ${stderr}`);
}

function inSandbox({ sandbox }: Stage): RunOptions {
  return { cwd: sandbox.path, env: sandbox.environment };
}
