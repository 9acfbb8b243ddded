import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listening } from "../../test/support/listen.ts";
import { noise } from "../../test/support/noise.ts";
import { unopenedOf } from "../../test/support/unopened.ts";
import { type OpenedFile, type OpenRepresentation, SourceError } from "../sources/source.ts";
import { type Direct, toDirect, type Way } from "./direct.ts";

const LENGTH = 8 * 1024 * 1024;
const CONTENT = noise(LENGTH, "direct");
const CLOSED = unopenedOf(LENGTH);

let folder: string;
let server: Server;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "stet-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The server's end of a connection, and what the client takes of it. */
let socket: Socket;
let client: Socket;
let path: string;
let descriptor: number;
let changed: boolean;

beforeEach(async () => {
  path = join(folder, "file");
  writeFileSync(path, CONTENT);
  descriptor = openSync(path, "r");
  changed = false;
  server = createServer();
  const port = await listening(server);
  const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
  client = connect(port, "127.0.0.1").pause();
  client.on("error", () => undefined);
  socket = (await accepted).on("error", () => undefined);
});

afterEach(() => {
  closeSync(descriptor);
  client.destroy();
  socket.destroy();
  server.close();
});

function opened(word: Partial<OpenedFile> = {}): OpenRepresentation {
  const file: OpenedFile = {
    descriptor,
    assertUnchanged: () => {
      if (changed) throw new SourceError("changed");
    },
    ...word,
  };
  return { ...CLOSED, file };
}

async function direct(open = opened(), wanted?: Way): Promise<Direct> {
  const direct = await toDirect(open, wanted);
  if (direct === undefined) throw new Error("There is no way past the streams.");
  return direct;
}

function descriptorOfSocket(): number {
  const handle: unknown = Reflect.get(socket, "_handle");
  const fd: unknown = typeof handle === "object" && handle !== null ? Reflect.get(handle, "fd") : undefined;
  if (typeof fd !== "number") throw new Error("The socket has no descriptor.");
  return fd;
}

async function received(): Promise<Buffer> {
  socket.end();
  const chunks: Buffer[] = [];
  for await (const chunk of client) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

for (const wanted of ["copy", "zero-copy"] as const) {
  describe(`a move by ${wanted}`, () => {
    it("puts bytes of the file on the socket, from any position", async () => {
      const { move } = await direct(opened(), wanted);
      expect(move(descriptorOfSocket(), 1_000_003, 100_000)).toBe(100_000);
      expect((await received()).equals(CONTENT.subarray(1_000_003, 1_100_003))).toBe(true);
    });

    it("moves 256 KiB at most", async () => {
      const { move } = await direct(opened(), wanted);
      expect(move(descriptorOfSocket(), 0, LENGTH)).toBeLessThanOrEqual(256 * 1024);
    });

    it("moves nothing where the socket is full, and what was moved arrives", async () => {
      const { move } = await direct(opened(), wanted);
      let position = 0;
      for (let moved = -1; moved !== 0; position += moved) {
        moved = move(descriptorOfSocket(), position, LENGTH - position);
      }
      expect(position).toBeLessThan(LENGTH);
      expect((await received()).equals(CONTENT.subarray(0, position))).toBe(true);
    });

    it("moves nothing where the socket is broken", async () => {
      const { move } = await direct(opened(), wanted);
      const closed = new Promise((resolve) => client.once("close", resolve));
      client.resetAndDestroy();
      await closed;
      expect(move(descriptorOfSocket(), 0, 1000)).toBe(0);
    });

    it("fails past the end of the file: nothing stands in for what isn't there", async () => {
      const { move, read } = await direct(opened(), wanted);
      expect(() => move(descriptorOfSocket(), LENGTH, 1)).toThrow("changed");
      expect(() => read(new Uint8Array(10), LENGTH)).toThrow("changed");
      truncateSync(path, 1000);
      expect(() => move(descriptorOfSocket(), 2000, 1)).toThrow("changed");
    });

    it("reads for an ordinary write", async () => {
      const { read } = await direct(opened(), wanted);
      const into = Buffer.alloc(5000);
      expect(read(into, 123_456)).toBe(5000);
      expect(into.equals(CONTENT.subarray(123_456, 128_456))).toBe(true);
      expect(read(into, LENGTH - 10)).toBe(10);
      changed = true;
      expect(() => read(into, 0)).toThrow("changed");
    });
  });
}

describe("what is chosen", () => {
  it("is a stream where there is no file of the system's, or where it is wanted", async () => {
    expect(await toDirect(CLOSED, undefined)).toBeUndefined();
    expect(await toDirect(opened(), "stream")).toBeUndefined();
  });

  it.each<[string, Partial<OpenedFile>, Way | undefined, Way]>([
    ["a copy where nothing is said of the file", {}, undefined, "copy"],
    ["a copy where it may be written over", { keepsItsBytes: false }, undefined, "copy"],
    ["a copy where it never is, but a copy is wanted", { keepsItsBytes: true }, "copy", "copy"],
    ["no copy where the file is never written over", { keepsItsBytes: true }, undefined, "zero-copy"],
    ["no copy where that is wanted", {}, "zero-copy", "zero-copy"],
  ])("is %s: once the file has changed, no byte of it leaves", async (_, word, wanted, way) => {
    const { move, way: chosen } = await direct(opened(word), wanted);
    expect(chosen).toBe(way);
    changed = true;
    expect(() => move(descriptorOfSocket(), 0, 1000)).toThrow("changed");
    expect(await received()).toHaveLength(0);
  });
});
