import { type Fence, readFences } from "./fences.ts";
import type { Page } from "./pages.ts";

/** What one run shows: a program with its output, a server with those who ask it, commands alone. */
export type Snippet = Place & (Program | Server | Session | SetUp | Unknown);

interface Place {
  readonly page: string;
  /** Of the first code block's opening marks. */
  readonly line: number;
}

/** A module that runs to its end. */
interface Program {
  readonly kind: "program";
  readonly program: Fence;
  /** All that it writes to its standard output. */
  readonly output: Fence | undefined;
}

/** A module that listens on the port, and stays for the sessions after it. */
interface Server {
  readonly kind: "server";
  readonly program: Fence;
  readonly sessions: readonly Fence[];
}

/** Typed commands, each with what it answers. */
interface Session {
  readonly kind: "session";
  readonly sessions: readonly Fence[];
}

/** Commands of npm's. The tests are run by one of them, so they can't be run by the tests. */
interface SetUp {
  readonly kind: "set-up";
  readonly commands: Fence;
}

interface Unknown {
  readonly kind: "unknown";
  readonly fence: Fence;
}

/** The port that is written on the pages; each run takes a free one in its place. */
const PORT = /\b8080\b/g;

export function withPort(text: string, port: number): string {
  return text.replaceAll(PORT, String(port));
}

/** One typed command. */
export interface Command {
  readonly text: string;
  /** All that it writes to its standard output. */
  readonly output: string;
  readonly line: number;
}

const PROMPT = "$ ";

/** @throws Error for a session that doesn't begin with a command */
export function readCommands(session: Fence, page: string): readonly Command[] {
  const commands: Command[] = [];
  for (const [index, line] of session.content.split("\n").slice(0, -1).entries()) {
    const last = commands.pop();
    if (last !== undefined && !line.startsWith(PROMPT)) {
      commands.push({ ...last, output: `${last.output}${line}\n` });
      continue;
    }
    if (!line.startsWith(PROMPT))
      throw new Error(`${page}:${session.line}: a console block begins with "${PROMPT}"`);
    if (last !== undefined) commands.push(last);
    commands.push({ text: line.slice(PROMPT.length), output: "", line: session.line + 1 + index });
  }
  return commands;
}

/** Whether a command stays until it is told to stop. */
export function isServing(command: string): boolean {
  return /^npx stet serve\b/.test(command) && !command.includes("--help");
}

/** The code blocks of a page, those together that are run together. @throws Error for a page that can't be read */
export function readSnippets(page: Page): readonly Snippet[] {
  const snippets: Snippet[] = [];
  for (const fence of readFences(page)) {
    const last = snippets.at(-1);
    const continued = last && continueWith(last, fence);
    if (continued === undefined) snippets.push({ page: page.name, line: fence.line, ...begin(fence) });
    else snippets.splice(-1, 1, continued);
  }
  return snippets;
}

function begin(fence: Fence): Program | Server | Session | SetUp | Unknown {
  switch (fence.kind) {
    case "js":
      return withPort(fence.content, 0) === fence.content
        ? { kind: "program", program: fence, output: undefined }
        : { kind: "server", program: fence, sessions: [] };
    case "console":
      return { kind: "session", sessions: [fence] };
    case "sh":
      return { kind: "set-up", commands: fence };
    default:
      return { kind: "unknown", fence };
  }
}

/** The snippet with one code block more; undefined where that begins another. */
function continueWith(snippet: Snippet, fence: Fence): Snippet | undefined {
  if (snippet.kind === "program" && snippet.output === undefined && fence.kind === "text") {
    return { ...snippet, output: fence };
  }
  const asks = fence.kind === "console" && !isServing(fence.content.slice(PROMPT.length));
  if ((snippet.kind === "server" || snippet.kind === "session") && asks) {
    return { ...snippet, sessions: [...snippet.sessions, fence] };
  }
  return undefined;
}
