import { type FileHandle, open } from "node:fs/promises";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  createServer,
  type Http2Server,
} from "node:http2";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { stet } from "../../src/index.ts";
import { Folder } from "../support/folder.ts";
import { listening } from "../support/listen.ts";
import { PATIENCE, told } from "./told.ts";

/** What a stream of HTTP/2 takes before its reader widens it. Bytes. */
const WINDOW = 1000;

let folder: Folder;
let server: Http2Server | undefined;
let client: ClientHttp2Session | undefined;

beforeAll(async () => {
  folder = await Folder.make();
});
afterAll(() => folder.remove());
afterEach(() => {
  client?.destroy();
  server?.close();
});

/** Asks a server for its root, and takes no more than a window of what it sends. */
async function askOf(asked: Http2Server): Promise<ClientHttp2Stream> {
  const port = await listening(asked);
  client = connect(`http://127.0.0.1:${port}`, { settings: { initialWindowSize: WINDOW } });
  return client.request({ ":path": "/" }).on("error", () => undefined);
}

describe("a stream of HTTP/2 that its reader resets", () => {
  const { NGHTTP2_NO_ERROR, NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR } = constants;
  // Of the first all waits for the window, of the second the last bytes, of the third there are more.
  const rows = [60_000, 65_536 + WINDOW, 3_000_000].flatMap((size) =>
    [NGHTTP2_NO_ERROR, NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR].map((code) => [code, size] as const),
  );

  it.each(rows)("with code %i, of %i bytes: the file is closed", async (code, size) => {
    await folder.writeOld("file", Buffer.alloc(size));
    const { events, options } = told();
    const { send } = stet(folder.path, options);
    let handle: FileHandle | undefined;
    let isWaiting = (): boolean => false;
    server = createServer((request, response) => {
      isWaiting = () => response.stream.writableLength > 0;
      void open(folder.to("file")).then((opened) => send(request, response, (handle = opened)));
    });
    const stream = await askOf(server);
    // Nothing is read: what is behind the window has to wait.
    stream.pause();
    await expect.poll(() => handle !== undefined && isWaiting(), PATIENCE).toBe(true);
    stream.close(code);
    await expect.poll(() => handle?.fd, PATIENCE).toBe(-1);
    await expect.poll(() => events, PATIENCE).toMatchObject([{ aborted: true }]);
  });

  it("before it is answered: the file is closed, too", async () => {
    await folder.writeOld("file", Buffer.alloc(3_000_000));
    const { events, options } = told();
    const { send } = stet(folder.path, options);
    let handle: FileHandle | undefined;
    server = createServer((request, response) => {
      request.once("aborted", () => {
        void open(folder.to("file")).then((opened) => send(request, response, (handle = opened)));
      });
    });
    const stream = await askOf(server);
    await new Promise((resolve) => stream.once("ready", resolve));
    stream.close(NGHTTP2_NO_ERROR);
    await expect.poll(() => handle?.fd, PATIENCE).toBe(-1);
    await expect.poll(() => events, PATIENCE).toMatchObject([{ aborted: true, bytes: 0 }]);
  });
});
