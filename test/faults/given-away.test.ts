import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { Readable } from "node:stream";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Delivered, type SentContent, stet, type StetOptions } from "../../src/index.ts";
import { Folder } from "../support/folder.ts";
import { listen } from "../support/listen.ts";
import { RawConnection, request, type RawRequest, requestText } from "../support/raw-connection.ts";

/** What was given away is stet's to let go, whatever becomes of the request; and nothing of it ends the process. */

const PATIENCE = { timeout: 20_000 } as const;

let folder: Folder;
const closing: (() => Promise<void>)[] = [];
let events: Delivered[] = [];

beforeAll(async () => {
  folder = await Folder.make();
  await folder.writeOld("file", "0123456789".repeat(30_000));
});
afterAll(() => folder.remove());
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server that sends what each call makes. @returns its port */
async function serve(
  make: (index: number) => SentContent | Promise<SentContent>,
  options: StetOptions = {},
): Promise<number> {
  events = [];
  const { send } = stet(folder.path, {
    onError: () => undefined,
    onDelivered: (event) => void events.push(event),
    ...options,
  });
  let count = 0;
  const { port, close } = await listen(async (incoming, response) => {
    const index = count++;
    await send(incoming, response, await make(index));
  });
  closing.push(close);
  return port;
}

/** Asks for a content that doesn't come, and goes. */
async function leave(port: number, requests = 1, asked?: () => boolean): Promise<void> {
  const connection = await RawConnection.open(port);
  connection.send(...Array.from({ length: requests }, () => requestText("/")));
  if (asked !== undefined) await vi.waitUntil(asked, PATIENCE);
  connection.close();
}

const UNANSWERED: readonly [string, RawRequest, StetOptions, number][] = [
  ["HEAD", { method: "HEAD" }, {}, 200],
  ["POST", { method: "POST" }, {}, 405],
  ["a method that is nobody's", { method: "PROPFIND" }, {}, 501],
  ["who accepts nothing as it is", { fields: { "accept-encoding": "identity;q=0" } }, {}, 406],
  [
    "a policy whose function fails",
    {},
    {
      headers: () => {
        throw new Error("no fields");
      },
    },
    500,
  ],
];

describe.each(UNANSWERED)("by %s", (_, asked, options, status) => {
  it("a FileHandle is closed", async () => {
    let handle: FileHandle | undefined;
    const port = await serve(async () => (handle = await open(folder.to("file"))), options);
    expect((await request(port, "/", asked)).status).toBe(status);
    await vi.waitFor(() => expect(handle?.fd).toBe(-1), PATIENCE);
  });

  it("a stream is destroyed", async () => {
    let stream: Readable | undefined;
    const port = await serve(() => (stream = createReadStream(folder.to("file"))), options);
    expect((await request(port, "/", asked)).status).toBe(status);
    await vi.waitFor(() => expect(stream?.destroyed).toBe(true), PATIENCE);
  });

  it("a stream that fails by itself harms nothing", async () => {
    let stream: Readable | undefined;
    const port = await serve(() => (stream = createReadStream(folder.to("missing"))), options);
    expect((await request(port, "/", asked)).status).toBe(status);
    await vi.waitFor(() => expect(stream?.closed).toBe(true), PATIENCE);
  });
});

describe("by a client that goes before it is its turn", () => {
  const never: SentContent = { size: 1_000_000, read: () => new Promise<never>(() => undefined) };

  it("FileHandles are closed", async () => {
    const handles: FileHandle[] = [];
    const port = await serve(async (index) => {
      if (index === 0) return never;
      const handle = await open(folder.to("file"));
      handles.push(handle);
      return handle;
    });
    await leave(port, 4, () => handles.length === 3);
    await vi.waitFor(() => expect(handles.map(({ fd }) => fd)).toEqual([-1, -1, -1]), PATIENCE);
  });

  it("streams are destroyed, and one that fails meanwhile harms nothing", async () => {
    const streams: Readable[] = [];
    const port = await serve((index) => {
      if (index === 0) return never;
      const stream = createReadStream(folder.to(index === 1 ? "missing" : "file"));
      streams.push(stream);
      return stream;
    });
    await leave(port, 3, () => streams[0]?.closed === true && streams.length === 2);
    await vi.waitFor(() => expect(streams.map(({ destroyed }) => destroyed)).toEqual([true, true]), PATIENCE);
  });
});

describe("the event comes where a client goes, and no more of the content does, of", () => {
  const NOTHING = new Promise<never>(() => undefined);
  const iterable = (more: object): SentContent =>
    ({ ...more, [Symbol.asyncIterator]: () => ({ next: () => NOTHING, ...more }) }) as never;

  it.each<[string, () => SentContent]>([
    [
      "a generator",
      async function* () {
        yield await NOTHING;
      },
    ],
    ["a range", () => ({ size: 1_000_000, read: () => NOTHING })],
    ["an iterator whose return() gives no promise", () => iterable({ return: () => ({ done: true }) })],
    [
      "an iterator whose return() throws",
      () =>
        iterable({
          return: () => {
            throw new Error("no return");
          },
        }),
    ],
    [
      "a stream whose destroy() throws",
      () =>
        iterable({
          destroy: () => {
            throw new Error("no end");
          },
        }),
    ],
    [
      "a stream of Node's that fails as it ends",
      () =>
        new Readable({ read: () => undefined, destroy: (_, done) => setImmediate(done, new Error("late")) }),
    ],
  ])("%s", async (_, make) => {
    let made = false;
    const port = await serve(() => {
      made = true;
      return make();
    });
    await leave(port, 1, () => made);
    await vi.waitFor(() => expect(events.map(({ aborted }) => aborted)).toEqual([true]), PATIENCE);
  });
});

it("a stream that somebody else reads is told at once", async () => {
  const stream = new Blob(["a"]).stream();
  stream.getReader();
  await expect(stet(folder.path).send(new Request("http://a/"), stream)).rejects.toThrow(/locked/);
});
