import { type FileHandle, open } from "node:fs/promises";
import { connect, constants } from "node:http2";
import type { AddressInfo } from "node:net";
import Fastify, { type FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Folder } from "../../../test/support/folder.ts";
import { RawConnection, requestText } from "../../../test/support/raw-connection.ts";
import { stetFastify } from "../../fastify.ts";
import { type Delivered, memory } from "../../index.ts";

const PATIENCE = { timeout: 20_000 } as const;

let folder: Folder;
let app: { close(): Promise<unknown> } | undefined;

beforeEach(async () => {
  folder = await Folder.make();
  await folder.writeOld("file", Buffer.alloc(3_000_000));
});

afterEach(async () => {
  await app?.close();
  await folder.remove();
});

describe("a FileHandle that was given to Fastify's reply is closed", () => {
  it("where the client goes before its turn", async () => {
    const handles: FileHandle[] = [];
    const fastify: FastifyInstance = Fastify({ forceCloseConnections: true });
    app = fastify;
    await fastify.register(stetFastify, { root: memory({}), serve: false });
    fastify.get("/never", () => new Promise(() => undefined));
    fastify.get("/", async (_, reply) => {
      const handle = await open(folder.to("file"));
      handles.push(handle);
      return reply.sendFile(handle);
    });
    await fastify.listen({ port: 0, host: "127.0.0.1" });
    const connection = await RawConnection.open((fastify.server.address() as AddressInfo).port);
    connection.send(requestText("/never"), requestText("/"), requestText("/"));
    await expect.poll(() => handles.length, PATIENCE).toBe(2);
    connection.close();
    await expect.poll(() => handles.map(({ fd }) => fd), PATIENCE).toEqual([-1, -1]);
  });

  it("where a stream of HTTP/2 is reset without an error", async () => {
    const events: Delivered[] = [];
    let handle: FileHandle | undefined;
    let isWaiting = (): boolean => false;
    const fastify = Fastify({ http2: true });
    app = fastify;
    await fastify.register(stetFastify, {
      root: memory({}),
      serve: false,
      onDelivered: (event) => void events.push(event),
    });
    fastify.get("/", async (_, reply) => {
      isWaiting = () => reply.raw.stream.writableLength > 0;
      handle = await open(folder.to("file"));
      return reply.sendFile(handle);
    });
    await fastify.listen({ port: 0, host: "127.0.0.1" });
    const client = connect(`http://127.0.0.1:${(fastify.server.address() as AddressInfo).port}`);
    try {
      const stream = client.request({ ":path": "/" });
      stream.on("error", () => undefined);
      // Nothing is read: what is behind the window has to wait.
      stream.pause();
      await expect.poll(() => handle !== undefined && isWaiting(), PATIENCE).toBe(true);
      stream.close(constants.NGHTTP2_NO_ERROR);
      await expect.poll(() => handle?.fd, PATIENCE).toBe(-1);
      await expect.poll(() => events, PATIENCE).toMatchObject([{ aborted: true }]);
    } finally {
      client.destroy();
    }
  });
});
