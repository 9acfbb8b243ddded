/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { get } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, vi } from "vitest";
import { stet } from "../../src/index.ts";
import { type Folder, LONG_AGO } from "../support/folder.ts";
import { noise } from "../support/noise.ts";
import { countDescriptors, countDescriptorsBelow, residentBytes } from "../support/process-reading.ts";
import { RawConnection, requestText } from "../support/raw-connection.ts";
import { test } from "../support/served-test.ts";

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

afterEach(() => {
  vi.unstubAllEnvs();
});

for (const way of ["stream", "copy", "zero-copy"]) {
  // What is taken by default is tried on each Node.
  describe(`large contents, by ${way}`, { tags: way === "copy" ? [] : ["one-node"] }, () => {
    test("a file of 1 GiB arrives as it is", { tags: ["one-node"] }, async ({ folder, serve }) => {
      vi.stubEnv("STET_LARGE", way);
      await writeVaried(folder, "large", GIB);
      const { port } = await serve();
      expect(await digestOf(port, "/large")).toBe(await digest(createReadStream(folder.to("large"))));
    });

    test("eight clients get theirs side by side", async ({ folder, serve }) => {
      vi.stubEnv("STET_LARGE", way);
      await folder.writeSparse("large", 64 * MIB);
      const { port } = await serve();
      const received = Array.from({ length: 8 }, () => 0);
      const whenFirstIsDone: number[] = [];
      await Promise.all(
        received.map((_, index) =>
          download(port, "/large", (chunk) => {
            received[index]! += chunk.length;
            if (received[index] === 64 * MIB && whenFirstIsDone.length === 0)
              whenFirstIsDone.push(...received);
          }),
        ),
      );
      expect(received).toEqual(received.map(() => 64 * MIB));
      // None had to wait until another was done.
      expect(Math.min(...whenFirstIsDone)).toBeGreaterThan(4 * MIB);
    });

    test("two hundred slow readers of 1 GiB cost little memory", async ({ folder, serveInChild }) => {
      await folder.writeSparse("large", GIB);
      await folder.writeSparse("medium", 4 * MIB);
      const { port, pid } = await serveInChild({ environment: { STET_LARGE: way } });
      for (let round = 0; round < 20; round++) await download(port, "/medium", () => undefined);
      const before = residentBytes(pid);
      const readers = await Promise.all(Array.from({ length: 200 }, () => RawConnection.open(port)));
      let most = 0;
      for (const reader of readers) reader.send(requestText("/large"));
      for (let round = 0; round < 10; round++) {
        await Promise.all(readers.map((reader) => reader.read(60_000)));
        await sleep(100);
        most = Math.max(most, residentBytes(pid));
      }
      expect(countDescriptorsBelow(folder.path, pid)).toBe(200);
      // The stream holds 64 KiB for each of them. Otherwise it is what Node itself keeps of a connection and its request;
      // the bench measures how much that is.
      expect((most - before) / MIB).toBeLessThan(way === "stream" ? 60 : 30);
      for (const reader of readers) reader.close();
      await expect.poll(() => countDescriptorsBelow(folder.path, pid), { timeout: 5000 }).toBe(0);
    });

    test("two thousand aborts leave no descriptor, and not a byte on a connection that takes one's place", async ({
      folder,
      serve,
    }) => {
      vi.stubEnv("STET_LARGE", way);
      await folder.writeSparse("large", 64 * MIB);
      await folder.writeOld("small", "a small file");
      const { port } = await serve();
      await download(port, "/large", () => undefined);
      const before = countDescriptors();
      const others: string[] = [];
      for (let batch = 0; batch < 40; batch++) {
        await Promise.all(
          Array.from({ length: 50 }, async (_, index) => {
            const connection = await RawConnection.open(port);
            if (index % 5 === 0) others.push((await connection.request("/small")).text);
            else await abort(connection, (batch * 50 + index) % 61);
            connection.close();
          }),
        );
      }
      expect(others).toEqual(Array.from({ length: 400 }, () => "a small file"));
      await expect.poll(() => countDescriptorsBelow(folder.path), { timeout: 5000 }).toBe(0);
      await expect.poll(() => countDescriptors(), { timeout: 5000 }).toBeLessThanOrEqual(before);
    });

    test("what another answers before it on the connection comes first", async ({ folder, serveApp }) => {
      vi.stubEnv("STET_LARGE", way);
      const content = noise(8 * MIB, "large");
      await folder.writeOld("large", content);
      const { node } = stet(folder.path);
      const port = await serveApp((request, response) => {
        if (request.url === "/large") void node(request, response);
        else setTimeout(() => response.writeHead(200, { "Content-Length": 5 }).end("first"), 100);
      });
      const connection = await RawConnection.open(port);
      connection.send(requestText("/slow"), requestText("/large"), requestText("/slow"));
      expect((await connection.response()).text).toBe("first");
      expect((await connection.response()).content.equals(content)).toBe(true);
      expect((await connection.response()).text).toBe("first");
      connection.close();
    });

    test("a download that moves is seen to move; one that stands still is timed out", async ({
      folder,
      serveApp,
    }) => {
      vi.stubEnv("STET_LARGE", way);
      await folder.writeSparse("large", 2 * GIB);
      const timeouts: number[] = [];
      const sockets: Socket[] = [];
      const { node } = stet(folder.path);
      const port = await serveApp((request, response) => {
        const { socket } = request;
        sockets.push(socket);
        socket.setTimeout(TIMEOUT, () => {
          timeouts.push(socket.bytesWritten);
          socket.destroy();
        });
        void node(request, response);
      });
      let received = 0;
      const seen = new Set<number>();
      const looking = setInterval(() => seen.add(sockets[0]?.bytesWritten ?? 0), TIMEOUT / 2);
      const started = performance.now();
      await download(port, "/large", (chunk) => (received += chunk.length));
      const looks = Math.floor((performance.now() - started) / (TIMEOUT / 2));
      clearInterval(looking);
      expect([received, timeouts]).toEqual([2 * GIB, []]);
      // Each look saw another state than the one before, but for those that a busy machine delayed.
      expect(seen.size).toBeGreaterThan(looks / 2);

      const connection = await RawConnection.open(port);
      connection.send(requestText("/large"));
      await connection.read(100_000);
      await expect.poll(() => timeouts.length, { timeout: 5000 }).toBe(1);
      await expect.poll(() => countDescriptorsBelow(folder.path), { timeout: 5000 }).toBe(0);
    });
  });
}

/** Milliseconds that a socket may be idle; longer than a busy machine makes a busy server wait. */
const TIMEOUT = 600;

/** Goes away at one of several points. */
async function abort(connection: RawConnection, point: number): Promise<void> {
  connection.send(requestText("/large", point % 3 === 0 ? { fields: { Range: "bytes=1000-40000000" } } : {}));
  if (point % 4 === 0) return;
  await connection.read(point * 30_000);
  if (point % 2 === 0) connection.socket.resetAndDestroy();
}

/** Writes a file of zeros with noise in it here and there, so that bytes out of place are noticed. */
async function writeVaried(folder: Folder, name: string, length: number): Promise<void> {
  await folder.writeSparse(name, length);
  const handle = await open(folder.to(name), "r+");
  for (let position = 0; position < length; position += 16 * MIB + 4099)
    await handle.write(noise(MIB, String(position)).subarray(0, length - position), 0, null, position);
  await handle.utimes(LONG_AGO, LONG_AGO);
  await handle.close();
}

/** Reads a response to its end. @throws where it breaks off */
async function download(port: number, path: string, take: (chunk: Buffer) => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const request = get({ port, host: "127.0.0.1", path, agent: false }, (response) => {
      response.on("data", take).on("end", resolve).on("error", reject);
    });
    request.on("error", reject);
  });
}

async function digestOf(port: number, path: string): Promise<string> {
  const hash = createHash("sha256");
  await download(port, path, (chunk) => hash.update(chunk));
  return hash.digest("hex");
}

async function digest(stream: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest("hex");
}
