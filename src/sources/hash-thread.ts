import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";
import type { Worker } from "node:worker_threads";
import { inThreadPool } from "./file-system.ts";
import { OPEN_FLAGS } from "./held-file.ts";

/** What tells a version of a file from another, as far as the system knows. */
export type VersionStats = Pick<BigIntStats, "dev" | "ino" | "size" | "mtimeNs" | "ctimeNs">;

export interface HashedFile {
  /** SHA-256 of the content, in hexadecimal. */
  readonly digest: string;
  /** Of the file that was read, taken when all of it had been read. */
  readonly stats: VersionStats;
}

/** A file to be hashed; its descriptor stays open meanwhile. */
export interface FileToHash {
  readonly descriptor: number;
  /** Bytes. */
  readonly length: number;
  /** Where the file is, for a thread that doesn't have the descriptor; undefined if it has no path. */
  readonly path: string | undefined;
}

/** How much is read and hashed in one go. Bytes. */
const CHUNK = 256 * 1024;

/**
 * The program of the thread. It is text, so that neither a bundler nor a loader of TypeScript has to know of a second file. It hashes
 * all files that it is given at the same time, one chunk of each in turn: a small file doesn't wait for a large one.
 */
const PROGRAM = `
const { parentPort } = require("node:worker_threads");
const { createHash } = require("node:crypto");
const { closeSync, fstatSync, openSync, readSync } = require("node:fs");
const chunk = new Uint8Array(${CHUNK});
parentPort.on("message", ({ id, descriptor, path, length }) => {
  const hash = createHash("sha256");
  let file = descriptor;
  let position = 0;
  const end = (answer) => {
    if (descriptor === undefined && file !== undefined) closeSync(file);
    parentPort.postMessage({ id, ...answer });
  };
  const step = () => {
    try {
      file ??= openSync(path, ${OPEN_FLAGS});
      const count = readSync(file, chunk, 0, Math.min(chunk.length, length - position), position);
      hash.update(chunk.subarray(0, count));
      position += count;
      if (count > 0 && position < length) return setImmediate(step);
      const { dev, ino, size, mtimeNs, ctimeNs } = fstatSync(file, { bigint: true });
      end({ hashed: { digest: hash.digest("hex"), stats: { dev, ino, size, mtimeNs, ctimeNs } } });
    } catch (error) {
      end({ failure: String(error) });
    }
  };
  step();
});
`;

interface Answer {
  readonly id: number;
  readonly hashed?: HashedFile;
  readonly failure?: string;
}

interface Waiting {
  readonly resolve: (hashed: HashedFile) => void;
  readonly reject: (error: Error) => void;
}

/** One thread that reads and hashes files, started for the first of them, so that the event loop does neither. */
class HashThread {
  #started: Promise<Worker> | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  /** @throws if there can be no thread, or it can't read the file */
  async hash({ descriptor, length, path }: FileToHash): Promise<HashedFile> {
    const worker = await (this.#started ??= this.#start());
    const id = (this.#lastId += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.ref();
      // Each thread of Deno has descriptors of its own.
      worker.postMessage(isDeno() ? { id, path, length } : { id, descriptor, length }, []);
    });
  }

  async #start(): Promise<Worker> {
    const { Worker } = await import("node:worker_threads");
    // Without the options of the process, whose loaders could take the program for a module.
    const worker = new Worker(PROGRAM, { eval: true, execArgv: [], name: "stet-hash" });
    worker.unref();
    worker.on("message", (answer: Answer) => this.#settle(worker, answer));
    const fail = (reason: unknown): void => {
      const error = new Error("The thread that hashes files has ended.", { cause: reason });
      // It stays the answer: a thread that can't run won't run the next time either.
      this.#started = Promise.reject(error);
      this.#started.catch(() => undefined);
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    };
    worker.on("error", fail);
    worker.on("exit", fail);
    return worker;
  }

  #settle(worker: Worker, { id, hashed, failure }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    // A process that has nothing else to do may end.
    if (this.#waiting.size === 0) worker.unref();
    if (hashed === undefined) waiting?.reject(new Error(failure));
    else waiting?.resolve(hashed);
  }
}

const thread = new HashThread();

/**
 * Reads and hashes a file, off the event loop wherever threads are allowed.
 *
 * @throws SourceError if the file can't be read
 */
export async function hashFile(file: FileToHash): Promise<HashedFile> {
  if (isDeno() && file.path === undefined) return hashHere(file);
  // Node's permission model allows no thread unless it is asked for. What fails for another reason fails here, too.
  return thread.hash(file).catch(() => hashHere(file));
}

/** Read by the thread pool, hashed on the event loop, a chunk at a time. */
async function hashHere({ descriptor, length }: FileToHash): Promise<HashedFile> {
  const hash = createHash("sha256");
  const chunk = new Uint8Array(CHUNK);
  for (let position = 0; position < length;) {
    const into = chunk.subarray(0, length - position);
    const count = await inThreadPool.read(descriptor, into, position);
    if (count === undefined || count === 0) break;
    hash.update(into.subarray(0, count));
    position += count;
  }
  return { digest: hash.digest("hex"), stats: await inThreadPool.statOpen(descriptor) };
}

function isDeno(): boolean {
  return "Deno" in globalThis;
}
