import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nginx, redirect, simple } from "../../src/deliveries.ts";
import {
  allow,
  deny,
  type Delivered,
  type Guard,
  memory,
  type Source,
  SourceError,
  stet,
  type Stet,
  type StetOptions,
} from "../../src/index.ts";
import type { Adapted } from "../contracts/adapter.ts";
import { overFetch, overHttp1, overHttp2 } from "../contracts/adapters.ts";
import { Folder } from "../support/folder.ts";
import { noise } from "../support/noise.ts";
import { overOneConnection } from "./over-one-connection.ts";
import { PATIENCE, told } from "./told.ts";

/** More than is read at once. Bytes. */
const LARGE = 1_000_000;

/** A folder that was changed lately isn't kept. Milliseconds. */
const SETTLED = 2100;

/** What an event tells beside what a row says: a small file that was sent whole. */
const WHOLE = {
  path: "small.txt",
  status: 200,
  judged: "full",
  delivery: "bytes",
  bytes: 12,
  ranges: [],
  completeLength: 12,
  finished: true,
  aborted: false,
} satisfies Partial<Delivered>;

/** An answer that is about no file. */
const NO_FILE = { ...WHOLE, completeLength: undefined };

/** The way of a large content, which the adapter chooses. */
const ITS_WAY = "its way" as const;

interface Row {
  readonly words: string;
  readonly method?: string;
  readonly target?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly options?: StetOptions;
  /** In place of the folder. */
  readonly source?: Source;
  /** The path that is given to `send`, in place of the target. */
  readonly send?: string;
  /** The adapter for which it isn't so. */
  readonly except?: string;
  readonly event: Omit<Delivered, "request" | "ms" | "delivery"> & {
    readonly delivery: Delivered["delivery"] | typeof ITS_WAY;
  };
}

const failing = (error: Error): Source => ({ find: () => Promise.reject(error) });

/** Its media type is no field value. */
const UNSENDABLE: Source = {
  async find(path) {
    const found = await memory({ "small.txt": { content: "a small file", type: "text/plain" } }).find(path);
    if (found?.kind !== "file") return found;
    const { standing: _, look: __, ...resource } = found;
    return {
      ...resource,
      async open(variant) {
        const open = await found.open(variant);
        return (
          open && { ...open, representation: { ...open.representation, mediaType: "text/plain\r\nX: 1" } }
        );
      },
    };
  },
};

const guarded = (guard: Guard): StetOptions => ({ guard });

const ROWS: readonly Row[] = [
  { words: "a small file", event: WHOLE },
  { words: "a small file in another spelling", target: "/%73mall.txt?a=1", event: WHOLE },
  {
    words: "an empty file",
    target: "/empty.txt",
    event: { ...WHOLE, path: "empty.txt", delivery: "none", bytes: 0, completeLength: 0 },
  },
  {
    words: "a large file",
    target: "/large.bin",
    event: { ...WHOLE, path: "large.bin", delivery: ITS_WAY, bytes: LARGE, completeLength: LARGE },
  },
  { words: "a HEAD", method: "HEAD", event: { ...WHOLE, delivery: "none", bytes: 0 } },
  {
    words: "a file whose copy still stands",
    fields: { "If-None-Match": "*" },
    event: { ...WHOLE, status: 304, judged: "not-modified", delivery: "none", bytes: 0 },
  },
  {
    words: "a part",
    fields: { Range: "bytes=2-4" },
    event: { ...WHOLE, status: 206, judged: "partial", bytes: 3, ranges: [{ firstPos: 2, lastPos: 4 }] },
  },
  {
    words: "a small part of a large file",
    target: "/large.bin",
    fields: { Range: "bytes=-10" },
    event: {
      ...WHOLE,
      path: "large.bin",
      status: 206,
      judged: "partial",
      bytes: 10,
      ranges: [{ firstPos: LARGE - 10, lastPos: LARGE - 1 }],
      completeLength: LARGE,
    },
  },
  {
    words: "a large part",
    target: "/large.bin",
    fields: { Range: "bytes=1000-" },
    event: {
      ...WHOLE,
      path: "large.bin",
      status: 206,
      judged: "partial",
      delivery: ITS_WAY,
      bytes: LARGE - 1000,
      ranges: [{ firstPos: 1000, lastPos: LARGE - 1 }],
      completeLength: LARGE,
    },
  },
  {
    words: "a condition that fails",
    fields: { "If-Match": '"other"' },
    event: { ...WHOLE, status: 412, judged: "precondition-failed", bytes: 20 },
  },
  {
    words: "a range beyond the end",
    fields: { Range: "bytes=12-" },
    event: { ...WHOLE, status: 416, judged: "range-not-satisfiable", bytes: 22 },
  },
  {
    words: "an index",
    target: "/folder/",
    event: { ...WHOLE, path: "folder/index.html", completeLength: 12 },
  },
  {
    words: "a listing",
    target: "/folder/",
    options: { index: false, list: true },
    event: { ...WHOLE, path: "folder/", bytes: expect.any(Number), completeLength: expect.any(Number) },
  },
  {
    words: "a page of a single-page application",
    target: "/folder/page",
    fields: { Accept: "text/html" },
    options: { spa: "folder/index.html" },
    event: { ...WHOLE, path: "folder/index.html" },
  },
  {
    words: "a redirect to the slash",
    target: "/folder",
    event: { ...NO_FILE, path: "folder", status: 301, judged: "redirect", delivery: "none", bytes: 0 },
  },
  {
    words: "OPTIONS",
    method: "OPTIONS",
    event: { ...NO_FILE, status: 204, judged: "options", delivery: "none", bytes: 0 },
  },
  {
    words: "a method that no file answers",
    method: "DELETE",
    event: { ...NO_FILE, status: 405, judged: "method-not-allowed", bytes: 19 },
  },
  {
    words: "a coding that isn't there",
    fields: { "Accept-Encoding": "identity;q=0" },
    event: { ...NO_FILE, status: 406, judged: "not-acceptable", bytes: 15 },
  },
  {
    words: "nothing",
    target: "/nothing%20here",
    event: { ...NO_FILE, path: "nothing here", status: 404, judged: "not-found", bytes: 10 },
  },
  {
    words: "a folder that has no index",
    target: "/folder/",
    options: { index: false },
    event: { ...NO_FILE, path: "folder/", status: 404, judged: "not-found", bytes: 10 },
  },
  {
    words: "a name that isn't served",
    target: "/.env",
    event: { ...NO_FILE, path: undefined, status: 404, judged: "not-found", bytes: 10 },
  },
  {
    words: "a malformed target",
    target: "/%zz",
    event: { ...NO_FILE, path: undefined, status: 400, judged: "bad-request", bytes: 12 },
  },
  {
    words: "a target below a prefix",
    target: "/static/small.txt",
    options: { prefix: "/static" },
    event: WHOLE,
  },
  {
    words: "a target beside the prefix",
    target: "/other/small.txt",
    options: { prefix: "/static" },
    event: { ...NO_FILE, path: undefined, status: 404, judged: "not-found", bytes: 10 },
  },
  { words: "what a guard allows", options: guarded(() => allow()), event: WHOLE },
  {
    words: "what a guard denies",
    options: guarded(() => deny(403)),
    event: { ...NO_FILE, status: 403, judged: "forbidden", bytes: 10 },
  },
  {
    words: "an answer of a guard's own",
    options: guarded(() => new Response("Sign in.", { status: 401 })),
    event: { ...NO_FILE, status: 401, judged: "guarded", bytes: 8 },
  },
  {
    words: "a guard that fails",
    options: guarded(() => Promise.reject(new Error("no database"))),
    event: { ...NO_FILE, status: 500, judged: "failed", bytes: 22 },
  },
  {
    words: "a source that fails",
    source: failing(new Error("no disk")),
    event: { ...NO_FILE, status: 500, judged: "failed", bytes: 22 },
  },
  {
    words: "a source that is busy",
    source: failing(new SourceError("busy")),
    event: { ...NO_FILE, status: 503, judged: "busy", bytes: 20 },
  },
  {
    words: "an answer that can't be sent",
    source: UNSENDABLE,
    // HTTP/2 leaves such a field out.
    except: "node, over HTTP/2",
    event: { ...NO_FILE, status: 500, judged: "failed", delivery: "none", bytes: 0 },
  },
  {
    words: "a file that nginx sends",
    options: { delivery: nginx({ "/": "/_private/" }) },
    event: { ...WHOLE, delivery: "nginx" },
  },
  {
    words: "a part that nginx sends",
    fields: { Range: "bytes=2-4" },
    options: { delivery: nginx({ "/": "/_private/" }) },
    event: {
      ...WHOLE,
      judged: "partial",
      delivery: "nginx",
      bytes: 3,
      ranges: [{ firstPos: 2, lastPos: 4 }],
    },
  },
  {
    words: "a file that is sent from elsewhere",
    options: { delivery: redirect({ "/": "https://files.example/" }) },
    event: { ...WHOLE, status: 302, delivery: "redirect" },
  },
  {
    words: "a large file, read whole",
    target: "/large.bin",
    options: { delivery: simple },
    event: { ...WHOLE, path: "large.bin", bytes: LARGE, completeLength: LARGE },
  },
  { words: "send()", target: "/documents/7", send: "small.txt", event: WHOLE },
  {
    words: "send() of nothing",
    target: "/small.txt",
    send: "none.txt",
    event: { ...NO_FILE, path: "none.txt", status: 404, judged: "not-found", bytes: 10 },
  },
  {
    words: "send() of what no target can spell",
    target: "/small.txt",
    send: "../small.txt",
    event: { ...NO_FILE, path: undefined, status: 500, judged: "failed", bytes: 22 },
  },
];

const ADAPTERS = [
  ["node, over HTTP/1.1", overHttp1, "copy"],
  ["node, over one connection of HTTP/1.1", overOneConnection, "copy"],
  ["node, over HTTP/2", overHttp2, "stream"],
  ["fetch", overFetch, "stream"],
] as const;

describe.each(ADAPTERS)("an event for each request: %s", (name, adapt, large) => {
  let folder: Folder;

  beforeAll(async () => {
    folder = await Folder.make();
    for (const name of ["small.txt", "folder/index.html"]) await folder.writeOld(name, "a small file");
    await folder.writeOld("empty.txt", "");
    await folder.writeOld("large.bin", noise(LARGE, "events"));
    await delay(SETTLED);
  });

  afterAll(() => folder.remove());

  /** What is asked a second time may be known. */
  const askTwice = async (row: Row, options: StetOptions): Promise<readonly Delivered[]> => {
    const { events, options: telling } = told();
    const rules = { ...row.options, ...options, ...telling, onError: () => undefined };
    const site = stet(row.source ?? folder.path, rules);
    const adapted = await adapt(row.send === undefined ? site : sending(site, row.send));
    await ask(adapted, row);
    await expect.poll(() => events.length, PATIENCE).toBe(1);
    await ask(adapted, row);
    await expect.poll(() => events.length, PATIENCE).toBe(2);
    await adapted.stop();
    return events;
  };

  it.each(ROWS.filter(({ except }) => except !== name))("$words", async (row) => {
    const { delivery } = row.event;
    const expected = { ...row.event, delivery: delivery === ITS_WAY ? large : delivery };
    for (const options of [{}, row.source === undefined ? { cache: false as const } : {}]) {
      const events = await askTwice(row, options);
      const { method = "GET", target = "/small.txt" } = row;
      const request = {
        method,
        target,
        fields: expect.any(Object),
        native: expect.any(Object),
        mount: undefined,
      };
      const event = { request, ...expected, ms: expect.any(Number) };
      expect(events).toEqual([event, event]);
    }
  });

  it("several parts, in the order that they are sent in", async () => {
    const { events, options } = told();
    const adapted = await adapt(stet(folder.path, options));
    const { body } = await adapted.ask("GET", "/large.bin", { Range: "bytes=500000-500009,-10,0-9" });
    await expect.poll(() => events.length, PATIENCE).toBe(1);
    await adapted.stop();
    const sent = Buffer.from(body)
      .toString("latin1")
      .matchAll(/^Content-Range: bytes (\d+)-(\d+)\//gm);
    const ranges = Array.from(sent, ([, first, last]) => ({
      firstPos: Number(first),
      lastPos: Number(last),
    }));
    expect(ranges).toHaveLength(3);
    expect(events).toMatchObject([
      {
        status: 206,
        judged: "partial",
        delivery: "bytes",
        bytes: body.length,
        ranges,
        completeLength: LARGE,
      },
    ]);
  });
});

function ask(
  adapted: Pick<Adapted, "ask">,
  { method = "GET", target = "/small.txt", fields }: Row,
): Promise<unknown> {
  return adapted.ask(method, target, fields);
}

/** An application that has one file for every request. */
function sending({ send }: Stet, path: string): Pick<Stet, "node" | "fetch"> {
  return {
    node: (request, response) => send(request, response, path),
    fetch: (request: Request) => send(request, path),
  };
}
