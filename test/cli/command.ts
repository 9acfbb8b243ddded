import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { get, type IncomingHttpHeaders } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach } from "vitest";
import { countDescriptors } from "../support/process-reading.ts";

/** The command as it is installed: the repository's `pretest` has built it. */
const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

type Child = ChildProcessByStdio<null, Readable, Readable>;

const cleanups: (() => unknown)[] = [];

/** Has something undone after the test, the last first. */
export function afterwards(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** A running command, and what it has said. */
export class Command {
  readonly child: Child;
  stdout = "";
  stderr = "";
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;

  constructor(args: readonly string[], options: CommandOptions = {}) {
    const { main = MAIN, descriptors, cwd, detached = false, environment } = options;
    const line = [process.execPath, main, ...args];
    // The shell gives its place to the command, so that its id is the command's.
    const [file = "", ...rest] =
      descriptors === undefined ? line : ["sh", "-c", `ulimit -n ${descriptors}; exec "$@"`, "sh", ...line];
    const env = { ...process.env, ...environment };
    this.child = spawn(file, rest, { cwd, detached, env, stdio: ["ignore", "pipe", "pipe"] });
    this.child.stdout.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    this.child.stderr.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve) =>
      this.child.on("close", (code, signal) => resolve({ code, signal })),
    );
    afterwards(async () => {
      this.child.kill("SIGKILL");
      await this.ended;
    });
  }

  get pid(): number {
    return this.child.pid!;
  }

  get lines(): readonly string[] {
    return this.stdout.split("\n").slice(0, -1);
  }

  /** Waits for a line of stdout. */
  async line(pattern: RegExp): Promise<string> {
    const [line = ""] = await this.linesLike(pattern, 1);
    return line;
  }

  /** Waits for so many lines of stdout: what a client sees of an answer comes before what the log tells of it. */
  linesLike(pattern: RegExp, count: number): Promise<readonly string[]> {
    return until(
      () => {
        const lines = this.lines.filter((line) => pattern.test(line));
        return lines.length >= count ? lines : undefined;
      },
      () => `${count} times ${pattern} in ${this.stdout}${this.stderr}`,
    );
  }

  /** Waits until stderr, which comes on a way of its own, tells something. */
  complaint(pattern: RegExp): Promise<true> {
    return until(
      () => (pattern.test(this.stderr) ? true : undefined),
      () => `${pattern} in ${this.stderr}`,
    );
  }

  /** Waits for the ready line. */
  async url(): Promise<URL> {
    return new URL(/ at (\S+)$/.exec(await this.line(/^stet serving /))![1]!);
  }
}

interface CommandOptions {
  readonly main?: string;
  readonly cwd?: string;
  /** How many the command may have open. */
  readonly descriptors?: number;
  /** Variables beside those of the tests' own process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether it has a process group of its own, as in a terminal. */
  readonly detached?: boolean;
}

/** `stet serve` on any free port. */
export function serve(dir: string, ...flags: readonly string[]): Command {
  return new Command(["serve", dir, "--port", "0", ...flags]);
}

/** Runs a command that ends by itself. */
export async function finished(
  args: readonly string[],
  options?: CommandOptions,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const command = new Command(args, options);
  const { code } = await command.ended;
  return { code, stdout: command.stdout, stderr: command.stderr };
}

/** A folder that is gone after the test. */
export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "stet-cli-"));
  afterwards(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Longer than anything takes on a loaded machine. Milliseconds. */
const PATIENCE = 60_000;

/** Looks until something is there. */
export async function until<T>(
  look: () => T | undefined | Promise<T | undefined>,
  what: () => string,
): Promise<T> {
  for (const start = performance.now(); performance.now() - start < PATIENCE; await delay(20)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`There never was ${what()}`);
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request, with its target exactly as given. */
export function request(
  url: URL,
  path: string,
  { method = "GET", headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = get(
      { host: bare(url), port: url.port, path, method, headers, agent: false },
      async (response) => {
        let body = "";
        for await (const chunk of response.setEncoding("utf8")) body += chunk;
        resolve({ status: response.statusCode!, headers: response.headers, body });
      },
    );
    sent.on("error", reject);
  });
}

/**
 * Waits for an answer of 200. A server that has had too few descriptors answers with 503, or closes connections, until those
 * that its clients have left are gone from its side too.
 */
export async function untilServed(url: URL, path: string): Promise<void> {
  const isServed = (): Promise<true | undefined> =>
    request(url, path).then(
      ({ status }) => (status === 200 ? true : undefined),
      () => undefined,
    );
  await until(isServed, () => `an answer to ${path}`);
}

function bare(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, "$1");
}

/** The whole of a stream. */
export async function read(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The content of an answer of HTTP/1. */
export function contentOf(answer: Buffer): Buffer {
  return answer.subarray(answer.indexOf("\r\n\r\n") + 4);
}

/**
 * Takes a port until the test is over. Each address of the loopback, of which Linux has millions, has ports of its own.
 *
 * @returns the port, which is any free one for 0
 */
export async function occupy(host: string, port: number): Promise<number> {
  const server = createServer();
  afterwards(() => new Promise((resolve) => server.close(resolve)));
  return new Promise((resolve) => {
    // What somebody has taken at all addresses is taken at this one, too.
    server
      .once("error", () => resolve(port))
      .listen(port, host, () => {
        const address = server.address();
        resolve(typeof address === "object" && address !== null ? address.port : port);
      });
  });
}

/** How many descriptors the command has open once it opens and closes none. */
export function settledDescriptors({ pid }: Command): Promise<number> {
  const counts: number[] = [];
  return until(
    () => {
      const count = countDescriptors(pid);
      const isSettled = counts.push(count) >= 10 && counts.slice(-10).every((each) => each === count);
      return isSettled ? count : undefined;
    },
    () => `a rest in ${counts.join(", ")} descriptors`,
  );
}

/** Waits until the command has no more descriptors open than before. */
export async function untilDescriptors({ pid }: Command, before: number): Promise<void> {
  await until(
    () => (countDescriptors(pid) <= before ? true : undefined),
    () => `as few descriptors as ${before}`,
  );
}
