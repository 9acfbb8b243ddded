import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { Readable } from "node:stream";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Delivered, type SendOptions, type SentContent, type Stet, stet } from "../../src/index.ts";
import { Folder } from "../support/folder.ts";
import { listen } from "../support/listen.ts";
import { RawConnection, request, type RawRequest, type RawResponse } from "../support/raw-connection.ts";

const TEXT = "0123456789".repeat(30_000);
const BYTES = new TextEncoder().encode(TEXT);
const DATE = new Date("2024-03-10T10:00:00Z");

let folder: Folder;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  folder = await Folder.make();
  await folder.writeOld("file", TEXT);
});
afterAll(() => folder.remove());
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** What was told of failures. */
let errors: unknown[];
let events: Delivered[];

type Ask = (given?: RawRequest) => Promise<RawResponse>;

/** A server that sends what each call makes. */
async function serve(
  make: () => SentContent | Promise<SentContent>,
  options: SendOptions = {},
): Promise<Ask & { port: number }> {
  errors = [];
  events = [];
  const { send } = stet(folder.path, {
    onError: (error) => errors.push(error),
    onDelivered: (event) => void events.push(event),
  });
  const { port, close } = await listen(async (incoming, response) => {
    await send(incoming, response, await make(), options).catch((error: unknown) => {
      errors.push(error);
      response.writeHead(500).end();
    });
  });
  closing.push(close);
  return Object.assign((given?: RawRequest) => request(port, "/", given), { port });
}

let handles: FileHandle[] = [];

async function handle(): Promise<FileHandle> {
  const opened = await open(folder.to("file"));
  handles.push(opened);
  return opened;
}

afterEach(async () => {
  // Whoever gave a handle away has nothing left to close.
  await vi.waitUntil(() => handles.every(({ fd }) => fd === -1), { timeout: 20_000 });
  handles = [];
});

const ranged = (size = BYTES.length, from = BYTES): SentContent => ({
  size,
  lastModified: DATE,
  entityTag: '"v1"',
  read: (firstPos, lastPos) =>
    Readable.from([from.slice(firstPos, firstPos + 5), from.slice(firstPos + 5, lastPos + 1)]),
});

describe.each<[string, () => SentContent | Promise<SentContent>, boolean]>([
  ["bytes", () => BYTES, true],
  ["an ArrayBuffer", () => BYTES.buffer, true],
  ["a Blob", () => new Blob([BYTES]), false],
  ["a File", () => new File([BYTES], "a", { lastModified: DATE.getTime(), type: "text/x-own" }), false],
  ["a FileHandle", handle, true],
  ["what is read by range", ranged, true],
  [
    "what is read by range from a stream of the web's",
    () => ({
      size: BYTES.length,
      entityTag: '"v1"',
      read: (firstPos, lastPos) => new Blob([BYTES.slice(firstPos, lastPos + 1)]).stream(),
    }),
    true,
  ],
  [
    "what is read by range at once",
    () => ({
      size: BYTES.length,
      entityTag: '"v1"',
      read: async (firstPos, lastPos) => BYTES.slice(firstPos, lastPos + 1),
    }),
    true,
  ],
])("%s", (_, make, hasTag) => {
  it("is sent whole, with its length", async () => {
    const { status, field, text } = await (await serve(make))();
    expect([status, field("content-length")]).toEqual([200, String(TEXT.length)]);
    expect(text === TEXT).toBe(true);
    expect(field("accept-ranges")).toBe("bytes");
    expect(field("etag") !== undefined).toBe(hasTag);
  });

  it("is sent in part", async () => {
    const ask = await serve(make);
    const one = await ask({ fields: { range: "bytes=3-250002" } });
    expect([one.status, one.field("content-range")]).toEqual([206, "bytes 3-250002/300000"]);
    expect(one.text === TEXT.slice(3, 250_003)).toBe(true);
    const several = await ask({ fields: { range: "bytes=0-8,200000-200008" } });
    expect([several.status, several.text.match(/(?<=\r\n\r\n)\d{9}(?=\r)/g)]).toEqual([
      206,
      ["012345678", "012345678"],
    ]);
    expect((await ask({ fields: { range: "bytes=300000-" } })).status).toBe(416);
  });

  it("answers HEAD, 304 and what isn't allowed without it", async () => {
    const ask = await serve(make);
    const head = await ask({ method: "HEAD" });
    expect([head.status, head.field("content-length"), head.text]).toEqual([200, String(TEXT.length), ""]);
    const tag = head.field("etag");
    if (tag !== undefined) expect((await ask({ fields: { "if-none-match": tag } })).status).toBe(304);
    expect((await ask({ method: "POST" })).status).toBe(405);
    expect((await ask({ method: "OPTIONS" })).status).toBe(204);
  });

  it("is let go when its reader goes, which is no failure", async () => {
    const { port } = await serve(make);
    const connection = await RawConnection.open(port);
    connection.socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await new Promise((resolve) => connection.socket.once("readable", resolve));
    connection.close();
    await expect.poll(() => events).toHaveLength(1);
    expect(errors).toEqual([]);
  });

  it("is a Response, too", async () => {
    const { send } = stet(folder.path);
    const response = await send(new Request("http://a/", { headers: { range: "bytes=5-9" } }), await make());
    expect([response.status, await response.text()]).toEqual([206, "56789"]);
  });
});

describe("the type", () => {
  it.each([
    [() => BYTES, {}, "application/octet-stream"],
    [() => BYTES, { as: "page.html" }, "text/html; charset=utf-8"],
    [() => new Blob(["a"], { type: "image/png" }), { as: "page.html" }, "image/png"],
    [() => new Blob(["a"], { type: "image/png" }), { type: "text/x-own" }, "text/x-own"],
    [() => ({ ...(ranged() as object), type: "text/x-row" }) as SentContent, {}, "text/x-row"],
  ])("%s with %j is %s", async (make, options, type) => {
    expect((await (await serve(make, options))()).field("content-type")).toBe(type);
  });
});

describe("a stream of unknown length", () => {
  const chunk = (): Buffer => Buffer.from(BYTES.slice(0, 70_000));
  const STREAMS: readonly [string, () => SentContent][] = [
    ["of Node's", () => createReadStream(folder.to("file"))],
    ["of the web's", () => new Blob([BYTES]).stream()],
    [
      "of a generator",
      async function* () {
        yield BYTES.slice(0, 100_000);
        yield BYTES.slice(100_000);
      },
    ],
  ];

  it.each(STREAMS)("%s is sent whole, in chunks, without ranges", async (_, make) => {
    const { port } = await serve(make);
    const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { range: "bytes=0-1" } });
    expect([response.status, response.headers.get("content-length")]).toEqual([200, null]);
    expect(response.headers.get("accept-ranges")).toBeNull();
    expect((await response.text()) === TEXT).toBe(true);
    await expect.poll(() => events.map(({ bytes, aborted }) => [bytes, aborted])).toEqual([[300_000, false]]);
  });

  it.each(STREAMS)("%s is a Response, too", async (_, make) => {
    const response = await stet(folder.path).send(new Request("http://a/"), make());
    expect((await response.text()) === TEXT).toBe(true);
  });

  it.each(["HEAD", "OPTIONS", "POST", "GET with a failed precondition"])(
    "is let go by %s",
    async (method) => {
      const streams: Readable[] = [];
      const ask = await serve(() => {
        const stream = createReadStream(folder.to("file"));
        streams.push(stream);
        return stream;
      });
      await (method.startsWith("GET") ? ask({ fields: { "if-match": '"a"' } }) : ask({ method }));
      await expect.poll(() => streams[0]?.destroyed).toBe(true);
    },
  );

  it("is let go when its reader goes, though it gives nothing", async () => {
    let cancelled = false;
    const { port } = await serve(
      () =>
        new ReadableStream({
          start: (controller) => controller.enqueue(new Uint8Array(10)),
          cancel: () => void (cancelled = true),
        }),
    );
    const connection = await RawConnection.open(port);
    connection.socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await new Promise((resolve) => connection.socket.once("readable", resolve));
    connection.close();
    await expect.poll(() => cancelled).toBe(true);
  });

  it("breaks the connection where it fails in the middle", async () => {
    const { port } = await serve(async function* () {
      yield chunk();
      throw new Error("the disk is gone");
    });
    await expect(fetch(`http://127.0.0.1:${port}/`).then((response) => response.text())).rejects.toThrow(
      /terminated/,
    );
    await expect.poll(() => events.map(({ aborted }) => aborted)).toEqual([true]);
  });
});

describe("a length that isn't so", () => {
  it.each([
    ["less", BYTES.length + 1],
    ["more", BYTES.length - 1],
  ])("breaks the connection where there is %s", async (_, size) => {
    const all: SentContent = { size, read: () => new Blob([BYTES]).stream() };
    const connection = await RawConnection.open((await serve(() => all)).port);
    const { complete, content } = await connection
      .request("/")
      .catch(() => ({ complete: false, content: [] }));
    expect(complete).toBe(false);
    expect(content.length).toBeLessThan(size);
    await expect.poll(() => errors).toHaveLength(1);
    expect(String((errors[0] as Error).cause)).toMatch(/than the \d+ bytes that were asked for/);
  });

  it.each([9, 11])("is a 500 where nothing was sent yet: %i for 10", async (size) => {
    const ask = await serve(() => ({ size, read: () => BYTES.slice(0, 10) }));
    expect((await ask()).status).toBe(500);
    expect(String((errors[0] as Error).cause)).toMatch(/gives (more|less) than the \d+ bytes/);
  });
});

describe("what is no content", () => {
  it.each([
    [
      undefined,
      /the file a path .*, bytes, a Blob, a FileHandle, a stream, an async generator or .*, not undefined/,
    ],
    [null, /the file a path/],
    [5, /the file a path/],
    [{}, /the file a path/],
    [{ size: 5 }, /the file a path/],
    [Promise.resolve(BYTES), /not an object \(Promise\)/],
    [new Response("text"), /not an object \(Response\)/],
    [{ size: -1, read: () => BYTES }, /"size" of a content/],
    [{ size: 1, read: () => BYTES, entityTag: "v1" }, /with its quotes/],
    [{ size: 1, read: () => BYTES, lastModified: "today" }, /a valid Date/],
    [{ size: 1, read: () => BYTES, type: "a\nb" }, /is a media type/],
  ])("%j is told", async (content, message) => {
    const { send } = stet(folder.path);
    await expect(send(new Request("http://a/"), content as never)).rejects.toThrow(message);
    await expect(send(new Request("http://a/"), content as never)).rejects.toThrow(TypeError);
  });

  it("is told where a stream gives text", async () => {
    const ask = await serve(() => Readable.from(["text"]));
    await ask().catch(() => undefined);
    await expect
      .poll(() => errors.map((error) => String((error as Error).cause)))
      .toEqual([expect.stringMatching(/new TextEncoder\(\)\.encode\("text"\), not "text"/)]);
  });

  it.each([
    ["without the response", (send: Stet["send"], request: unknown) => send(request as never, "file")],
    [
      "after the response",
      (send: Stet["send"], request: unknown, response: unknown) =>
        send(response as never, request as never, "file" as never),
    ],
  ])("is told where Node's request stands %s", async (_, call) => {
    const { send } = stet(folder.path);
    let told: unknown;
    const { port, close } = await listen(async (incoming, response) => {
      told = await call(send, incoming, response).catch((error: unknown) => error);
      response.end();
    });
    closing.push(close);
    await request(port, "/");
    expect(told).toBeInstanceOf(TypeError);
    expect(String(told)).toMatch(/send\(request, response, file\) with those of Node, not an object/);
  });

  it("is a 500 where only read() gives it", async () => {
    const ask = await serve(() => ({ size: 5, read: () => "12345" as never }));
    expect((await ask()).status).toBe(500);
    expect(String((errors[0] as Error).cause)).toMatch(/read\(\) of a content gives/);
  });

  it("is a folder's FileHandle", async () => {
    const ask = await serve(async () => {
      const opened = await open(folder.path);
      handles.push(opened);
      return opened;
    });
    expect((await ask()).status).toBe(500);
  });
});
