/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createServer, get } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, vi } from "vitest";
import { stet } from "../../src/index.ts";
import { type Folder, LONG_AGO } from "../support/folder.ts";
import { listening } from "../support/listen.ts";
import { noise } from "../support/noise.ts";
import {
  bytesRead,
  countDescriptors,
  countDescriptorsBelow,
  residentBytes,
} from "../support/process-reading.ts";
import { RawConnection, requestText } from "../support/raw-connection.ts";
import { test } from "../support/served-test.ts";

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

afterEach(() => {
  vi.unstubAllEnvs();
});

const ABORTS = 10_000;

/** How long so many take on a loaded machine. Milliseconds. */
const TIME_OF_ABORTS = 600_000;

const WAYS = ["stream", "copy", "zero-copy"];

for (const way of WAYS) {
  // The ways past the streams rest on what is Node's own: they are tried on each.
  describe(`large contents, by ${way}`, { tags: way === "stream" ? ["one-node"] : [] }, () => {
    test("1 GiB arrives as it is", async ({ folder, serve }) => {
      vi.stubEnv("STET_LARGE", way);
      await writeVaried(folder, "large", 1024 * MIB);
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
      // None had to wait until another was done. Loopback's TCP lets some stand still for a moment, so not more than this is asked.
      expect(Math.min(...whenFirstIsDone)).toBeGreaterThan(MIB);
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
      // More than is read of it in any time.
      await folder.writeSparse("large", 1024 * GIB);
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
      const reader = connect(port, "127.0.0.1").resume();
      reader.write(requestText("/large"));
      const seen: number[] = [];
      const enough = performance.now() + 2.5 * TIMEOUT;
      while (!reader.destroyed && (performance.now() < enough || reader.bytesRead < 64 * MIB)) {
        seen.push(sockets[0]?.bytesWritten ?? 0);
        await sleep(TIMEOUT / 2);
      }
      expect([reader.destroyed, timeouts]).toEqual([false, []]);
      // Each look saw another state than the one before, but for those that a busy machine delayed.
      expect(new Set(seen).size).toBeGreaterThan(seen.length / 2);

      reader.pause();
      await expect.poll(() => timeouts.length).toBe(1);
      reader.destroy();
      await expect.poll(() => countDescriptorsBelow(folder.path)).toBe(0);
    });
  });
}

test("no timer of the server's cuts a download that moves slowly, by any way", async ({ folder }) => {
  const content = noise(24 * MIB, "large");
  await folder.writeOld("large", content);
  await folder.writeOld("small", "a small file");
  await Promise.all(
    WAYS.map(async (way) => {
      vi.stubEnv("STET_LARGE", way);
      const { node } = stet(folder.path);
      let isUnderWay = false;
      const server = createServer((request, response) => {
        isUnderWay = true;
        response.on("finish", () => (isUnderWay = false));
        void node(request, response);
      });
      const cut: string[] = [];
      // Both are over long before the download is. Later versions of Node add a second to the first.
      Object.assign(server, { keepAliveTimeout: 100, keepAliveTimeoutBuffer: 0 });
      server.setTimeout(TIMEOUT, (socket: Socket) => {
        // What the system still holds for the client is sent, whatever becomes of a response that is finished.
        if (!isUnderWay) return;
        cut.push(way);
        socket.destroy();
      });
      const connection = await RawConnection.open(await listening(server));
      expect((await connection.request("/small")).text).toBe("a small file");
      connection.send(requestText("/large"));
      await connection.head();
      const chunks: Buffer[] = [];
      for (let position = 0; position < content.length; position += STEP) {
        chunks.push(await connection.read(Math.min(STEP, content.length - position)));
        await sleep(80);
      }
      expect([cut, Buffer.concat(chunks).equals(content)]).toEqual([[], true]);
      expect((await connection.request("/small")).text).toBe("a small file");
      connection.close();
      await new Promise((resolve) => server.close(resolve));
    }),
  );
});

describe("large contents, by servers in processes of their own", () => {
  test("ten bytes of 100 GiB cost no more than ten bytes, wherever they are", async ({
    folder,
    serveInChild,
  }) => {
    await folder.writeSparse("huge", 100 * GIB);
    const { port, pid } = await serveInChild();
    const connection = await RawConnection.open(port);
    const read: number[] = [];
    for (const firstPos of [20, 0, 5 * GIB + 1, 50 * GIB + 4095, 100 * GIB - 10]) {
      const before = bytesRead(pid);
      const fields = { Range: `bytes=${firstPos}-${firstPos + 9}` };
      const { status, content } = await connection.request("/huge", { fields });
      expect([status, content.length]).toEqual([206, 10]);
      read.push(bytesRead(pid) - before);
    }
    // With the request itself, and what Node reads to wake itself up.
    expect(Math.max(...read)).toBeLessThan(1024);
    connection.close();
  });

  test("the rest of 100 GiB begins at once, wherever it begins", async ({ folder, serveInChild }) => {
    await folder.writeSparse("huge", 100 * GIB, { [50 * GIB]: "the second half" });
    const { port, pid } = await serveInChild();
    for (const way of ["bytes=0-", `bytes=${50 * GIB}-`, `bytes=-${50 * GIB}`]) {
      const connection = await RawConnection.open(port);
      const before = bytesRead(pid);
      connection.send(requestText("/huge", { fields: { Range: way } }));
      expect((await connection.head()).status).toBe(206);
      const start = (await connection.read(15)).toString();
      expect(start === "the second half").toBe(way !== "bytes=0-");
      // What the buffers of two sockets hold goes out, although nobody has taken it yet.
      expect(bytesRead(pid) - before).toBeLessThan(64 * MIB);
      connection.close();
    }
  });

  for (const way of WAYS) {
    test(`${way}: two hundred slow readers of 1 GiB cost little memory`, async ({ folder, serveInChild }) => {
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
      await expect.poll(() => countDescriptorsBelow(folder.path, pid)).toBe(0);
    });

    test(
      `${way}: ${ABORTS} aborts leave no descriptor, and no byte on a connection that takes its place`,
      { timeout: TIME_OF_ABORTS },
      async ({ folder, serveInChild }) => {
        await folder.writeSparse("large", 64 * MIB);
        const medium = noise(300_000, "medium");
        await folder.writeOld("medium", medium);
        const { port, pid, complaints } = await serveInChild({ environment: { STET_LARGE: way } });
        await download(port, "/medium", () => undefined);
        const before = countDescriptors(pid);
        let aborted = 0;
        const abortMany = async (): Promise<void> => {
          while (aborted < ABORTS) await abort(port, aborted++);
        };
        const others: boolean[] = [];
        /** Each on a connection that opens while others break; the second tells whether anything came after the first. */
        const takeMany = async (): Promise<void> => {
          while (aborted < ABORTS) {
            const connection = await RawConnection.open(port);
            for (let round = 0; round < 2; round++)
              others.push((await connection.request("/medium")).content.equals(medium));
            connection.close();
          }
        };
        await Promise.all([...Array.from({ length: 16 }, abortMany), takeMany(), takeMany()]);
        expect(others.length).toBeGreaterThan(ABORTS / 50);
        expect(others).toEqual(others.map(() => true));
        await expect.poll(() => countDescriptorsBelow(folder.path, pid)).toBe(0);
        await expect.poll(() => countDescriptors(pid)).toBeLessThanOrEqual(before);
        // Node closes what nobody closed, once it finds it, and complains.
        expect(complaints()).toBe("");
      },
    );
  }
});

/** What a slow reader takes at a time. */
const STEP = 768 * 1024;

/** Milliseconds that a socket may be idle; longer than a busy machine makes a busy server wait. */
const TIMEOUT = 1000;

/** Goes away at one of several points, in one of two manners. */
async function abort(port: number, number: number): Promise<void> {
  const point = number % 10 === 0 ? 0 : number % 200 === 199 ? 2 * MIB : (number % 61) * 1000 + 1;
  const fields = number % 3 === 0 ? { Range: "bytes=1000-40000000" } : {};
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const leave = (): unknown => (number % 2 === 0 ? socket.resetAndDestroy() : socket.destroy());
  let received = 0;
  socket
    .on("error", () => undefined)
    .on("data", (chunk) => {
      received += chunk.length;
      if (received >= point) leave();
    });
  socket.write(requestText("/large", { fields }), () => point === 0 && leave());
  await once(socket, "close");
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
