import { appendFile, rm, truncate } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import * as fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type Delivered, stet, type StetOptions } from "../../src/index.ts";
import { Folder } from "../support/folder.ts";
import { listening } from "../support/listen.ts";
import { noise } from "../support/noise.ts";
import { countDescriptorsBelow } from "../support/process-reading.ts";
import { RawConnection, type RawRequest, type RawResponse, requestText } from "../support/raw-connection.ts";
import { overwrite } from "../support/overwrite.ts";

/** One way of a large content from a file to a socket. */
export interface DeliveryUnderTest {
  /** What STET_LARGE is set to; undefined for a way that is chosen by itself. */
  readonly wanted?: string;
  /** Whether the content goes past Node's streams, so that `bytesWritten` doesn't count it. */
  readonly isDirect: boolean;
  /** Whether what is on its way stays as it is when the file is written over in place. */
  readonly isCopied: boolean;
  readonly options?: StetOptions;
  /** Puts something before stet's handler. */
  readonly wrap?: (listener: RequestListener) => RequestListener;
}

const MIB = 1024 * 1024;

/** More than the buffers of two sockets hold: a server that sends this to a client that doesn't read isn't done. */
const LARGE = 24 * MIB;

const OLD = noise(LARGE, "old");
const NEW = noise(LARGE, "new");

/** No multiple of anything. */
const ODD = 3_000_017;

/** Where a file of more than 4 GiB isn't zeros. */
const FAR = 5 * 1024 * MIB + 12_345;

/** What every delivery of a large content does, over a socket. */
export function describeDelivery(name: string, delivery: DeliveryUnderTest): void {
  describe(`the delivery contract: ${name}`, () => {
    const events: Delivered[] = [];
    const sockets: Socket[] = [];
    let folder: Folder;
    let listener: RequestListener;
    let server: Server;
    let port: number;

    beforeAll(async () => {
      folder = await Folder.make();
      await folder.writeOld("small.txt", "a small file");
      await folder.writeOld("odd.bin", OLD.subarray(0, ODD));
      await folder.writeOld("large.bin", OLD);
      await folder.writeSparse("far.bin", FAR + MIB, { [FAR]: "far away" });
      vi.stubEnv("STET_LARGE", delivery.wanted);
      const policy = stet(folder.path, { ...delivery.options, onDelivered: (event) => events.push(event) });
      vi.unstubAllEnvs();
      const handler: RequestListener = (request, response) => void policy.node(request, response);
      listener = delivery.wrap?.(handler) ?? handler;
      server = createServer(listener);
      server.on("connection", (socket: Socket) => sockets.push(socket));
      port = await listening(server);
    });

    afterAll(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await folder.remove();
    });

    beforeEach(() => {
      events.splice(0);
    });

    afterEach(async () => {
      await expect.poll(() => countDescriptorsBelow(folder.path)).toBe(0);
    });

    const connected = async <T>(use: (connection: RawConnection) => Promise<T>): Promise<T> => {
      const connection = await RawConnection.open(port);
      try {
        return await use(connection);
      } finally {
        connection.close();
      }
    };
    const get = (target: string, request?: RawRequest): Promise<RawResponse> =>
      connected((connection) => connection.request(target, request));
    const delivered = async (): Promise<Delivered> => {
      await expect.poll(() => events.length).toBeGreaterThan(0);
      return events.shift()!;
    };

    it("sends a whole file, and takes the way that it is to take", async () => {
      sockets.splice(0);
      const { head, content } = await get("/odd.bin");
      expect([head.status, head.field("content-length")]).toEqual([200, String(ODD)]);
      expect(head.field("transfer-encoding")).toBeUndefined();
      expect(content.equals(OLD.subarray(0, ODD))).toBe(true);
      const way = delivery.isDirect ? (delivery.isCopied ? "copy" : "zero-copy") : "stream";
      expect(await delivered()).toMatchObject({
        judged: "full",
        delivery: way,
        bytes: ODD,
        aborted: false,
      });
      // A loaded machine's sockets are full more often, and then something goes the ordinary way.
      expect(sockets[0]!.bytesWritten < ODD / 2).toBe(delivery.isDirect);
    });

    it("sends any part of it", async () => {
      await connected(async (connection) => {
        const edge = fc.constantFrom(0, 4096, 65_536, 262_144, 266_240, ODD - 1);
        const position = fc
          .oneof(
            fc.nat(ODD - 1),
            fc.tuple(edge, fc.integer({ min: -2, max: 2 })).map(([at, by]) => at + by),
          )
          .map((at) => Math.min(Math.max(at, 0), ODD - 1));
        const ranges = fc
          .tuple(position, position)
          .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
        await fc.assert(
          fc.asyncProperty(ranges, async ([first, last]) => {
            const fields = { Range: `bytes=${first}-${last}` };
            const { status, content } = await connection.request("/odd.bin", { fields });
            expect([first, last, status]).toEqual([first, last, 206]);
            expect(content.equals(OLD.subarray(first, last + 1))).toBe(true);
          }),
          { numRuns: 50 },
        );
      });
    });

    it("sends several parts", async () => {
      const ranges = ["0-999999", "1000100-1000199", "2000000-2999999"];
      const { status, field, content } = await get("/odd.bin", {
        fields: { Range: `bytes=${ranges.join(",")}` },
      });
      const boundary = /^multipart\/byteranges; boundary=(\S+)$/.exec(field("content-type") ?? "")?.[1] ?? "";
      const parts = ranges.map((range) => {
        const [first = 0, last = 0] = range.split("-").map(Number);
        const head = `--${boundary}\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes ${range}/${ODD}\r\n\r\n`;
        return Buffer.concat([Buffer.from(head), OLD.subarray(first, last + 1), Buffer.from("\r\n")]);
      });
      const end = Buffer.from(`--${boundary}--\r\n`);
      expect([status, boundary.length > 0, Number(field("content-length"))]).toEqual([
        206,
        true,
        content.length,
      ]);
      expect(
        content.toString("latin1").replace(/^\r\n/, "") === Buffer.concat([...parts, end]).toString("latin1"),
      ).toBe(true);
    });

    it("sends what lies beyond 4 GiB", async () => {
      const fields = { Range: `bytes=${FAR - 100_000}-${FAR + 99_999}` };
      const { field, content } = await get("/far.bin", { fields });
      expect(field("content-range")).toBe(`bytes ${FAR - 100_000}-${FAR + 99_999}/${FAR + MIB}`);
      const expected = Buffer.alloc(200_000);
      expected.write("far away", 100_000);
      expect(content.equals(expected)).toBe(true);
      const suffix = await get("/far.bin", { fields: { Range: `bytes=${FAR}-` } });
      expect([suffix.content.length, suffix.text.startsWith("far away\0")]).toEqual([MIB, true]);
    });

    it("leaves the connection ready for the next request", async () => {
      await connected(async (connection) => {
        for (let round = 0; round < 3; round++) {
          const { content } = await connection.request("/odd.bin");
          expect(content.equals(OLD.subarray(0, ODD))).toBe(true);
          expect((await connection.request("/small.txt")).text).toBe("a small file");
          expect((await connection.request("/odd.bin", { method: "HEAD" })).field("content-length")).toBe(
            String(ODD),
          );
        }
      });
    });

    it("answers a pipeline in order", async () => {
      await connected(async (connection) => {
        connection.send(
          requestText("/small.txt"),
          requestText("/large.bin"),
          requestText("/small.txt"),
          requestText("/odd.bin"),
          requestText("/odd.bin", { method: "HEAD" }),
          requestText("/odd.bin", { fields: { Range: "bytes=-70000" } }),
        );
        await sleep(50);
        expect((await connection.response()).text).toBe("a small file");
        expect((await connection.response()).content.equals(OLD)).toBe(true);
        expect((await connection.response()).text).toBe("a small file");
        expect((await connection.response()).content.equals(OLD.subarray(0, ODD))).toBe(true);
        expect((await connection.response("HEAD")).field("content-length")).toBe(String(ODD));
        expect((await connection.response()).content.equals(OLD.subarray(ODD - 70_000, ODD))).toBe(true);
      });
    });

    it("ends the connection where the client wants it so, and not before all is sent", async () => {
      for (const version of ["HTTP/1.0", "HTTP/1.1"]) {
        await connected(async (connection) => {
          connection.send(`GET /large.bin ${version}\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
          expect((await connection.head()).field("connection")).toBe("close");
          await sleep(20);
          expect((await connection.read(Infinity)).equals(OLD)).toBe(true);
        });
      }
    });

    it("sends to a reader that takes its time", async () => {
      await connected(async (connection) => {
        connection.send(requestText("/large.bin"));
        await connection.head();
        const chunks: Buffer[] = [];
        for (let received = 0, round = 0; received < LARGE; round++) {
          const chunk = await connection.read(Math.min(LARGE - received, 50_000 + round * 10_000));
          if (round % 7 === 0) await sleep(5);
          chunks.push(chunk);
          received += chunk.length;
        }
        expect(Buffer.concat(chunks).equals(OLD)).toBe(true);
      });
      expect(await delivered()).toMatchObject({ bytes: LARGE, aborted: false });
    });

    it("lets go of the file when the client goes away", async () => {
      await connected(async (connection) => {
        connection.send(requestText("/large.bin"));
        await connection.read(100_000);
        expect(countDescriptorsBelow(folder.path)).toBe(1);
      });
      const { aborted, bytes } = await delivered();
      expect([aborted, bytes < LARGE]).toEqual([true, true]);
    });

    it("lets what is being sent finish when the server is closed", async () => {
      const closing = createServer(listener);
      const connection = await RawConnection.open(await listening(closing));
      connection.send(requestText("/large.bin"));
      await connection.head();
      await connection.read(1000);
      const closed = new Promise((resolve) => closing.close(resolve));
      const rest = await connection.read(LARGE - 1000);
      expect(rest.equals(OLD.subarray(1000))).toBe(true);
      connection.close();
      await closed;
    });

    describe("a file that changes while it is sent", () => {
      /** Begins a download, lets something happen to the file, and takes all that then still comes. */
      const download = async (happening: (path: string) => Promise<void>): Promise<Buffer> => {
        await folder.writeOld("changing.bin", OLD);
        return connected(async (connection) => {
          connection.send(requestText("/changing.bin"));
          await connection.head();
          const first = await connection.read(1000);
          // The server fills the buffers of both sockets, and then waits for its reader.
          await sleep(30);
          await happening(folder.to("changing.bin"));
          return Buffer.concat([first, await connection.read(LARGE - 1000)]);
        });
      };

      const changes: Readonly<Record<string, (path: string) => Promise<void>>> = {
        "truncated to nothing": (path) => truncate(path, 0),
        "truncated to a byte less": (path) => truncate(path, LARGE - 1),
        "truncated, and filled up with zeros": async (path) => {
          await truncate(path, MIB);
          await truncate(path, LARGE);
        },
        "overwritten in its last byte": (path) => overwrite(path, NEW.subarray(0, 1), LARGE - 1),
      };
      for (const [words, change] of Object.entries(changes)) {
        it(`${words}: the connection ends early, never spliced, never padded`, async () => {
          const content = await download(change);
          expect(content.length).toBeLessThan(LARGE);
          // What is on its way from the system's memory may have changed, see below, but never comes to its end.
          expect(content.equals(OLD.subarray(0, content.length)) || !delivery.isCopied).toBe(true);
          expect((await delivered()).aborted).toBe(true);
        });
      }

      it("overwritten in place by as many bytes: the same, and only a copy of what is on its way stays", async () => {
        const content = await download((path) => overwrite(path, NEW, 0));
        expect(content.length).toBeLessThan(LARGE);
        expect(content.equals(OLD.subarray(0, content.length))).toBe(delivery.isCopied);
        expect((await delivered()).aborted).toBe(true);
      });

      it("appended to: it is sent to its end", async () => {
        expect((await download((path) => appendFile(path, "more"))).equals(OLD)).toBe(true);
      });

      it("overwritten in place by more bytes: the connection ends early", async () => {
        const longer = Buffer.concat([NEW, NEW.subarray(0, MIB)]);
        const content = await download((path) => overwrite(path, longer, 0));
        expect(content.length).toBeLessThan(LARGE);
        expect(content.equals(OLD.subarray(0, content.length)) || !delivery.isCopied).toBe(true);
        expect((await delivered()).aborted).toBe(true);
      });

      it("replaced, or deleted: the one that was promised is sent to its end", async () => {
        expect((await download(() => folder.replace("changing.bin", NEW))).equals(OLD)).toBe(true);
        expect((await download((path) => rm(path))).equals(OLD)).toBe(true);
      });
    });
  });
}
