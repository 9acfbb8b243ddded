import { type ChildProcess, spawn } from "node:child_process";
import { get as getPlain } from "node:http";
import { get as getSecure } from "node:https";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** What the server's own log says of one request. */
export interface LoggedRequest {
  readonly method: string;
  /** As sent, without its query. */
  readonly path: string;
  readonly status: number;
  /** Bytes of content that were handed to the connection. */
  readonly bytes: number;
  readonly aborted: boolean;
}

interface During<T> {
  readonly result: T;
  /** What the server was asked meanwhile, in the order in which it was done with. */
  readonly requests: readonly LoggedRequest[];
}

/** A `stet serve` in a process of its own. */
export interface StetServer {
  /** Without a slash at its end. */
  readonly origin: string;
  /** Does something, and tells which requests that made. */
  readonly during: <T>(work: () => Promise<T>) => Promise<During<T>>;
  /** Waits until the server has told of such a request: of one that was cut it tells when its client has gone. */
  readonly logged: (isIt: (request: LoggedRequest) => boolean) => Promise<LoggedRequest>;
  readonly stop: () => Promise<void>;
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const COMMAND = "dist/cli/main.js";
const READY = /(https?:\/\/127\.0\.0\.1:\d+)\//;

/** Longer than a start, a stop or a log line takes on a slow machine. Milliseconds. */
const PATIENCE = 30_000;

/** Starts `stet serve` on a folder and waits until it is ready. @throws Error with what it said, where it isn't */
export async function startStet(folder: string, flags: readonly string[] = []): Promise<StetServer> {
  const operands = [COMMAND, "serve", folder, "--port", "0", "--json", ...flags];
  const child = spawn(process.execPath, operands, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  const { log, said } = readLog(child);
  const origin = await until(() => {
    if (!isRunning(child)) throw new Error("it has ended");
    return said.map(toOrigin).find(Boolean);
  }).catch(async (cause: unknown) => {
    await stop(child);
    throw new Error(`"node ${operands.join(" ")}" isn't ready (built?). It said:\n${said.join("\n")}`, {
      cause,
    });
  });
  return {
    origin,
    async during(work) {
      const before = await catchUp(origin, log);
      const result = await work();
      const after = await catchUp(origin, log);
      return { result, requests: log.slice(before + 1, after) };
    },
    logged: (isIt) => until(() => log.find(isIt)),
    stop: () => stop(child),
  };
}

function readLog({ stdout, stderr }: ChildProcess): {
  log: readonly LoggedRequest[];
  said: readonly string[];
} {
  const log: LoggedRequest[] = [];
  const said: string[] = [];
  for (const stream of [stdout, stderr]) {
    if (stream === null) continue;
    createInterface(stream).on("line", (line) => {
      const request = toLoggedRequest(line);
      if (request === undefined) said.push(line);
      else log.push(request);
    });
  }
  return { log, said };
}

function toOrigin(line: string): string | undefined {
  return READY.exec(line)?.[1];
}

function toLoggedRequest(line: string): LoggedRequest | undefined {
  const record: unknown = line.startsWith("{") ? JSON.parse(line) : undefined;
  return isLoggedRequest(record) ? record : undefined;
}

function isLoggedRequest(record: unknown): record is LoggedRequest {
  return typeof record === "object" && record !== null && "method" in record && "status" in record;
}

let marks = 0;

/**
 * Asks for something that isn't there and waits until the log tells of it: then it has told of all that was answered
 * before, too.
 *
 * @returns where in the log the mark stands
 */
async function catchUp(origin: string, log: readonly LoggedRequest[]): Promise<number> {
  marks += 1;
  const path = `/mark-${marks}`;
  await ask(new URL(path, origin));
  const mark = await until(() => log.find((request) => request.path === path));
  return log.indexOf(mark);
}

function ask(url: URL): Promise<void> {
  return new Promise((resolve, reject) => {
    const secure = { agent: false, rejectUnauthorized: false };
    const request = url.protocol === "https:" ? getSecure(url, secure) : getPlain(url, { agent: false });
    request.on("response", (response) => response.resume().on("end", resolve));
    request.on("error", reject);
  });
}

/** Looks until there is something. @throws Error where there is nothing for long */
async function until<T>(look: () => T | undefined): Promise<T> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const seen = look();
    if (seen !== undefined) return seen;
    if (Date.now() > deadline) throw new Error("waited in vain");
    await sleep(5);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
  await ended;
  clearTimeout(timer);
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}
