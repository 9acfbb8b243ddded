import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { skipAloud } from "./skip-aloud.ts";

/**
 * Maps a file into memory and writes to it, which sets the file's times. Then it writes what it is told to, a position and
 * bytes in hexadecimal on each line: the system doesn't see that, and changes no time.
 */
const PROGRAM = `
import mmap, sys
with open(sys.argv[1], "r+b") as file:
    memory = mmap.mmap(file.fileno(), 0)
    memory[0] = memory[0]
    print(flush=True)
    for line in sys.stdin.buffer:
        position, content = line.decode().split()
        content = bytes.fromhex(content)
        memory[int(position):int(position) + len(content)] = content
        print(flush=True)
`;

/** A file of at most a page (4096 bytes), written through a mapping of another process. */
export class MappedFile {
  readonly #writer: ChildProcess;

  private constructor(writer: ChildProcess) {
    this.#writer = writer;
  }

  /** Sets the file's times to now. It needs Python. */
  static async open(path: string): Promise<MappedFile> {
    const writer = spawn("python3", ["-c", PROGRAM, path], { stdio: ["pipe", "pipe", "inherit"] });
    onTestFinished(() => void writer.kill());
    const failed = once(writer, "error").then(() => true);
    if (await Promise.race([failed, once(writer.stdout, "data").then(() => false)])) {
      skipAloud("python3 isn't installed, which writes through a mapping");
    }
    return new MappedFile(writer);
  }

  /** Writes over a part of the file, and changes none of its times. */
  async write(content: string, position = 0): Promise<void> {
    this.#writer.stdin?.write(`${position} ${Buffer.from(content).toString("hex")}\n`);
    await once(this.#writer.stdout ?? this.#writer, "data");
  }
}
