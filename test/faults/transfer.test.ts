/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import { appendFile, rm, truncate, utimes } from "node:fs/promises";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect } from "vitest";
import { stet, type StetOptions } from "../../src/index.ts";
import { type Folder, LONG_AGO } from "../support/folder.ts";
import { noise } from "../support/noise.ts";
import { countDescriptors, countDescriptorsBelow, residentBytes } from "../support/process-reading.ts";
import { type RawHead, RawConnection, type RawResponse, requestText } from "../support/raw-connection.ts";
import { type Served, test } from "../support/served-test.ts";
import { overwrite } from "../support/overwrite.ts";
import { stopTheClock } from "../support/stop-the-clock.ts";

const MIB = 1 << 20;

/** More than the buffers of two sockets hold: a server that sends this to a client that doesn't read isn't done. */
const LARGE = 24 * MIB;

/** Waits until no descriptor of the folder's is held, and as many of all kinds as before. */
async function expectReleased(folder: Folder, before: number): Promise<void> {
  await expect.poll(() => countDescriptorsBelow(folder.path)).toBe(0);
  await expect.poll(() => countDescriptors()).toBeLessThanOrEqual(before);
}

describe("an aborted download leaves no descriptor", () => {
  type Abort = (connection: RawConnection) => Promise<void>;

  const aborts: Readonly<Record<string, Abort>> = {
    "after the first bytes": async (connection) => {
      connection.send(requestText("/large"));
      await connection.head();
      await connection.read(1000);
      connection.close();
    },
    "by a reset after the first bytes": async (connection) => {
      connection.send(requestText("/large"));
      await connection.head();
      connection.socket.resetAndDestroy();
    },
    "before the response": async (connection) => {
      await new Promise((resolve) => connection.socket.write(requestText("/large"), resolve));
      connection.close();
    },
    "of several parts": async (connection) => {
      connection.send(requestText("/large", { fields: { Range: "bytes=0-9999999,20000000-" } }));
      await connection.head();
      connection.close();
    },
    "with others waiting behind it": async (connection) => {
      connection.send(...Array.from({ length: 5 }, () => requestText("/large")));
      await connection.head();
      connection.close();
    },
  };
  for (const [words, abort] of Object.entries(aborts)) {
    test(`200 aborted ${words}`, async ({ folder, serve }) => {
      await folder.writeSparse("large", 64 * MIB);
      const { port, get } = await serve();
      const before = countDescriptors();
      for (let batch = 0; batch < 8; batch++) {
        const connections = await Promise.all(Array.from({ length: 25 }, () => RawConnection.open(port)));
        await Promise.all(connections.map(abort));
      }
      await expectReleased(folder, before);
      expect((await get("/large", { method: "HEAD" })).status).toBe(200);
    });
  }

  type Fetch = Served["policy"]["fetch"];

  const cancels: Readonly<Record<string, (fetch: Fetch) => Promise<void>>> = {
    "cancelled after the first bytes": async (fetch) => {
      const reader = (await fetch(new Request("http://localhost/large"))).body?.getReader();
      expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
      await reader?.cancel();
    },
    "cancelled before anything was read": async (fetch) => {
      await (await fetch(new Request("http://localhost/large"))).body?.cancel();
    },
    "aborted while it is read": async (fetch) => {
      const controller = new AbortController();
      const reader = (await fetch(new Request("http://localhost/large", controller))).body?.getReader();
      await reader?.read();
      controller.abort();
    },
    "aborted while it is judged": async (fetch) => {
      const controller = new AbortController();
      const responding = fetch(new Request("http://localhost/large", controller));
      controller.abort();
      await responding;
    },
    "aborted before it was asked for": async (fetch) => {
      await fetch(new Request("http://localhost/large", { signal: AbortSignal.abort() }));
    },
  };
  for (const [words, cancel] of Object.entries(cancels)) {
    test(`a hundred Responses ${words}`, async ({ folder }) => {
      await folder.writeSparse("large", 64 * MIB);
      const { fetch } = stet(folder.path);
      const before = countDescriptors();
      for (let batch = 0; batch < 10; batch++) {
        await Promise.all(Array.from({ length: 10 }, () => cancel(fetch)));
      }
      await expectReleased(folder, before);
    });
  }

  test("nor does any answer without content, a thousand times", async ({ folder, serve }) => {
    await folder.writeOld("small", "0123456789");
    await folder.writeSparse("large", 64 * MIB);
    const { port, get } = await serve();
    const tag = (await get("/large", { method: "HEAD" })).field("etag") ?? "";
    const connection = await RawConnection.open(port);
    await connection.request("/small");
    const before = countDescriptors();
    const requests: readonly (readonly [
      status: number,
      target: string,
      method: string,
      fields: Record<string, string>,
    ])[] = [
      [304, "/large", "GET", { "If-None-Match": tag }],
      [304, "/large", "HEAD", { "If-None-Match": tag }],
      [304, "/large", "GET", { "If-Modified-Since": LONG_AGO.toUTCString() }],
      [200, "/large", "HEAD", {}],
      [200, "/small", "GET", {}],
      [206, "/large", "GET", { Range: "bytes=-10" }],
      [404, "/missing", "GET", {}],
      [404, "/small/", "GET", {}],
      [405, "/large", "DELETE", {}],
      [412, "/large", "GET", { "If-Match": '"other"' }],
      [416, "/large", "GET", { Range: "bytes=99999999-" }],
      [204, "/large", "OPTIONS", {}],
    ];
    for (let index = 0; index < 1000; index++) {
      const [status, target, method, fields] = requests[index % requests.length]!;
      expect([target, (await connection.request(target, { method, fields })).status]).toEqual([
        target,
        status,
      ]);
    }
    // The last is closed in a moment: a close is a call of its own.
    await expect.poll(() => countDescriptors()).toBeLessThanOrEqual(before);
    connection.close();
    await expectReleased(folder, before);
  });
});

describe("slow readers", () => {
  test("two hundred of a file of 1 GiB cost less than 150 MB", async ({ folder, serveInChild }) => {
    await folder.writeSparse("large", 1024 * MIB);
    const { port, pid } = await serveInChild();
    const readers = await Promise.all(Array.from({ length: 200 }, () => RawConnection.open(port)));
    await Promise.all(
      readers.map(async (reader) => {
        reader.send(requestText("/large"));
        expect((await reader.head()).field("content-length")).toBe(String(1024 * MIB));
      }),
    );
    let most = 0;
    for (let round = 0; round < 15; round++) {
      await Promise.all(readers.map((reader) => reader.read(20_000)));
      await sleep(100);
      most = Math.max(most, residentBytes(pid));
    }
    expect(countDescriptorsBelow(folder.path, pid)).toBe(200);
    expect(most / 1e6).toBeLessThan(150);
    for (const reader of readers) reader.close();
    await expect.poll(() => countDescriptorsBelow(folder.path, pid)).toBe(0);
  });
});

describe("a file that changes while it is sent", () => {
  const OLD = noise(LARGE, "old");
  const NEW = noise(LARGE, "new");

  interface Cut {
    readonly head: RawHead;
    readonly content: Buffer;
  }

  /** Begins a download, lets something happen to the file, and takes all that then still comes. */
  async function download(
    { port }: Pick<Served, "port">,
    happening: () => Promise<void>,
    fields: Record<string, string> = {},
  ): Promise<Cut> {
    const connection = await RawConnection.open(port);
    connection.send(requestText("/file", { fields }));
    const head = await connection.head();
    const first = await connection.read(1000);
    // The server fills the buffers of both sockets, and then waits for its reader.
    await sleep(30);
    await happening();
    const rest = await connection.read(Number(head.field("content-length")) - first.length);
    connection.close();
    return { head, content: Buffer.concat([first, rest]) };
  }

  /** Fails unless the connection ended early, with nothing but the beginning of the version that was promised. */
  function expectCutShort({ head, content }: Cut, promised: Buffer): void {
    expect([head.status, head.field("content-length")]).toEqual([200, String(promised.length)]);
    expect(content.length).toBeLessThan(promised.length);
    expect(content.equals(promised.subarray(0, content.length))).toBe(true);
  }

  const changes: Readonly<Record<string, (path: string) => Promise<void>>> = {
    "truncated to nothing": (path) => truncate(path, 0),
    "truncated to a byte less": (path) => truncate(path, LARGE - 1),
    "truncated, and filled up with zeros to its old length": async (path) => {
      await truncate(path, MIB);
      await truncate(path, LARGE);
    },
    "overwritten in place by as many bytes": (path) => overwrite(path, NEW, 0),
    "overwritten in place by one byte that isn't sent yet": (path) =>
      overwrite(path, NEW.subarray(0, 1), LARGE - 1),
    "overwritten in place by one byte that was sent": (path) => overwrite(path, NEW.subarray(0, 1), 0),
  };
  for (const [words, change] of Object.entries(changes)) {
    test(`${words}: the connection ends early, without a byte of another version`, async ({
      folder,
      serve,
    }) => {
      await folder.writeOld("file", OLD);
      const served = await serve();
      const before = countDescriptors();
      expectCutShort(await download(served, () => change(folder.to("file"))), OLD);
      await expectReleased(folder, before);
    });
  }

  for (const options of [{}, { appendOnly: true }]) {
    const words = "appendOnly" in options ? ", where files only grow" : "";
    test(`replaced by another${words}: the old one is sent to its end, with its tag`, async ({
      folder,
      serve,
    }) => {
      await folder.writeOld("file", OLD);
      const served = await serve(options);
      const tag = (await served.get("/file", { method: "HEAD" })).field("etag");
      const { head, content } = await download(served, () => folder.replace("file", NEW));
      expect([head.status, head.field("etag"), content.equals(OLD)]).toEqual([200, tag, true]);
      const next = await served.get("/file");
      expect([next.content.equals(NEW), next.field("etag") === tag]).toEqual([true, false]);
    });
  }

  test("deleted: it is sent to its end", async ({ folder, serve }) => {
    await folder.writeOld("file", OLD);
    const { content } = await download(await serve(), () => rm(folder.to("file")));
    expect(content.equals(OLD)).toBe(true);
  });

  test("a part of it: the same", async ({ folder, serve }) => {
    await folder.writeOld("file", OLD);
    const served = await serve();
    const fields = { Range: `bytes=1000000-` };
    const replaced = await download(served, () => folder.replace("file", NEW, LONG_AGO), fields);
    expect([replaced.head.status, replaced.content.equals(OLD.subarray(1_000_000))]).toEqual([206, true]);
    const cut = await download(served, () => overwrite(folder.to("file"), OLD, 0), fields);
    expect(cut.head.status).toBe(206);
    expect(cut.content.length).toBeLessThan(LARGE - 1_000_000);
    expect(cut.content.equals(NEW.subarray(1_000_000, 1_000_000 + cut.content.length))).toBe(true);
  });

  describe("where files only grow at their end", () => {
    const options: StetOptions = { appendOnly: true };

    test("appended to: it is sent to the length that was promised", async ({ folder, serve }) => {
      await folder.writeOld("file", OLD);
      const served = await serve(options);
      const { head, content } = await download(served, () => appendFile(folder.to("file"), "more"));
      expect([head.field("content-length"), content.equals(OLD)]).toEqual([String(LARGE), true]);
      expect((await served.get("/file")).content.length).toBe(LARGE + 4);
    });

    for (const words of ["overwritten in place by as many bytes", "truncated to a byte less"]) {
      test(`${words}: the connection ends early`, async ({ folder, serve }) => {
        await folder.writeOld("file", OLD);
        const served = await serve(options);
        expectCutShort(await download(served, () => changes[words]!(folder.to("file"))), OLD);
      });
    }
  });

  test("as a Response: its content fails, short of what was promised", async ({ folder }) => {
    await folder.writeOld("file", OLD);
    const response = await stet(folder.path).fetch(new Request("http://localhost/file"));
    const reader = response.body!.getReader();
    const chunks = [(await reader.read()).value!];
    await overwrite(folder.to("file"), NEW, 0);
    await expect(
      (async () => {
        for (let next = await reader.read(); !next.done; next = await reader.read()) chunks.push(next.value);
      })(),
    ).rejects.toThrow("changed");
    const content = Buffer.concat(chunks);
    expect(content.length).toBeLessThan(LARGE);
    expect(content.equals(OLD.subarray(0, content.length))).toBe(true);
    await expect.poll(() => countDescriptorsBelow(folder.path)).toBe(0);
  });
});

describe("a download that was cut is resumed, never spliced", () => {
  const OLD = noise(3 * MIB, "old");
  const NEW = noise(3 * MIB, "new");
  const CUT = 1_234_567;

  interface Beginning {
    readonly head: RawHead;
    readonly content: Buffer;
  }

  /** What a browser has when its connection breaks. */
  async function begin({ port }: Served): Promise<Beginning> {
    const connection = await RawConnection.open(port);
    connection.send(requestText("/file"));
    const head = await connection.head();
    const content = await connection.read(CUT);
    connection.close();
    return { head, content };
  }

  const resume = ({ get }: Served, condition: string | undefined): Promise<RawResponse> =>
    get("/file", { fields: { Range: `bytes=${CUT}-`, "If-Range": condition ?? "" } });

  for (const validator of ["etag", "last-modified"]) {
    test(`the file stands: by ${validator} a 206 gives the rest, and the two make the file`, async ({
      folder,
      serve,
    }) => {
      await folder.writeOld("file", OLD);
      const served = await serve();
      const { head, content } = await begin(served);
      expect(head.field("etag")).toMatch(/^"/);
      const rest = await resume(served, head.field(validator));
      expect([rest.status, rest.field("content-range")]).toEqual([
        206,
        `bytes ${CUT}-${OLD.length - 1}/${OLD.length}`,
      ]);
      expect(rest.field("etag")).toBe(head.field("etag"));
      expect(Buffer.concat([content, rest.content]).equals(OLD)).toBe(true);
    });

    const replacements: Readonly<Record<string, (folder: Folder) => Promise<void>>> = {
      "replaced by a new file": (folder) => folder.replace("file", NEW),
      "overwritten in place": (folder) => folder.write("file", NEW),
      "replaced by an older file": (folder) =>
        folder.replace("file", NEW, new Date(LONG_AGO.getTime() - 86_400_000)),
    };
    for (const [words, replacement] of Object.entries(replacements)) {
      test(`the file was ${words}: by ${validator} a 200 gives the new one whole`, async ({
        folder,
        serve,
      }) => {
        await folder.writeOld("file", OLD);
        const served = await serve();
        const { head } = await begin(served);
        await replacement(folder);
        const whole = await resume(served, head.field(validator));
        expect([whole.status, whole.field("content-range"), whole.content.equals(NEW)]).toEqual([
          200,
          undefined,
          true,
        ]);
      });
    }
  }

  test("the file was replaced by one of the same size and second: by its tag the new one comes whole", async ({
    folder,
    serve,
  }) => {
    await folder.writeOld("file", OLD);
    const served = await serve();
    const { head } = await begin(served);
    await folder.replace("file", NEW, new Date(LONG_AGO.getTime() + 1));
    const whole = await resume(served, head.field("etag"));
    expect(whole.field("last-modified")).toBe(head.field("last-modified"));
    expect([whole.status, whole.content.equals(NEW)]).toEqual([200, true]);
  });

  test("a file that was written just now has no validator that a resumption may rest on", async ({
    folder,
    serve,
  }) => {
    stopTheClock();
    await folder.write("file", OLD);
    const served = await serve();
    const { head } = await begin(served);
    await folder.write("file", NEW);
    for (const validator of ["etag", "last-modified"]) {
      const whole = await resume(served, head.field(validator));
      expect([whole.status, whole.content.equals(NEW)]).toEqual([200, true]);
    }
  });

  test("the file was replaced by a shorter one: the new one comes whole, no 416", async ({
    folder,
    serve,
  }) => {
    await folder.writeOld("file", OLD);
    const served = await serve();
    const { head } = await begin(served);
    await folder.replace("file", "short");
    const whole = await resume(served, head.field("etag"));
    expect([whole.status, whole.text]).toEqual([200, "short"]);
  });

  test("cut and resumed by two policies of the same folder, as by two processes", async ({
    folder,
    serve,
  }) => {
    await folder.writeOld("file", OLD);
    const { head, content } = await begin(await serve());
    const rest = await resume(await serve(), head.field("etag"));
    expect([rest.status, Buffer.concat([content, rest.content]).equals(OLD)]).toEqual([206, true]);
  });
});

describe("positions beyond 4 GiB", () => {
  const LENGTH = 5_000_000_000;
  // The second stands where a position cut to 32 bits would lead.
  const marks = { 0: "begin", 705_032_704: "wrong!", 4_294_967_290: "before|after", [LENGTH - 5]: "final" };

  const ranges: readonly (readonly [range: string, contentRange: string, content: string])[] = [
    ["bytes=4294967296-4294967301", "bytes 4294967296-4294967301/5000000000", "|after"],
    ["bytes=4294967290-4294967295", "bytes 4294967290-4294967295/5000000000", "before"],
    ["bytes=4294967295-4294967297", "bytes 4294967295-4294967297/5000000000", "e|a"],
    ["bytes=4999999999-", "bytes 4999999999-4999999999/5000000000", "l"],
    ["bytes=4999999999-5000000000", "bytes 4999999999-4999999999/5000000000", "l"],
    ["bytes=-5", "bytes 4999999995-4999999999/5000000000", "final"],
    ["bytes=0-4", "bytes 0-4/5000000000", "begin"],
  ];
  for (const [range, contentRange, content] of ranges) {
    test(`${range} of 5 GB`, async ({ folder, serve }) => {
      await folder.writeSparse("large", LENGTH, marks);
      const response = await (await serve()).get("/large", { fields: { Range: range } });
      expect([response.status, response.field("content-range")]).toEqual([206, contentRange]);
      expect(response.text).toBe(content);
    });
  }

  test("beyond the end, as several parts, as a stream from beyond 4 GiB, and by HEAD", async ({
    folder,
    serve,
  }) => {
    await folder.writeSparse("large", LENGTH, marks);
    const { get } = await serve();
    const beyond = await get("/large", { fields: { Range: "bytes=5000000000-" } });
    expect([beyond.status, beyond.field("content-range")]).toEqual([416, "bytes */5000000000"]);
    const parts = await get("/large", { fields: { Range: "bytes=0-4,4294967297-4294967301,-5" } });
    expect(parts.status).toBe(206);
    expect(parts.text.match(/begin|after|final/g)).toEqual(["begin", "after", "final"]);
    const stream = await get("/large", { fields: { Range: "bytes=4999000000-" } });
    expect([stream.content.length, stream.text.slice(-6)]).toEqual([1_000_000, "\0final"]);
    expect((await get("/large", { method: "HEAD" })).field("content-length")).toBe("5000000000");
  });
});

describe("pipelined requests on one connection", () => {
  const SMALL = noise(1000, "small");
  const MIDDLE = noise(200_000, "middle");
  const LARGE_ONE = noise(2 * MIB, "large");

  async function writeFiles(folder: Folder): Promise<void> {
    await folder.writeOld("small", SMALL);
    await folder.writeOld("middle", MIDDLE);
    await folder.writeOld("large", LARGE_ONE);
    await folder.writeOld("empty", "");
    await folder.writeOld("folder/index.html", "index");
  }

  interface Pipelined {
    readonly target: string;
    readonly method?: string;
    readonly fields?: Record<string, string>;
    readonly status: number;
    readonly content?: string | Buffer;
  }

  /** Sends all at once; fails unless each is answered in its turn, to the byte. */
  async function expectInOrder(port: number, requests: readonly Pipelined[]): Promise<void> {
    const connection = await RawConnection.open(port);
    connection.send(
      ...requests.map(({ target, method = "GET", fields = {} }) => requestText(target, { method, fields })),
    );
    for (const [index, { target, method, status, content }] of requests.entries()) {
      const response = await connection.response(method);
      expect([index, target, response.status, response.complete]).toEqual([index, target, status, true]);
      if (content !== undefined) expect(response.content.equals(Buffer.from(content))).toBe(true);
    }
    // Nothing is left over: the next answer begins where the last has ended.
    expect((await connection.request("/small")).content.equals(SMALL)).toBe(true);
    connection.close();
  }

  test("twenty of all kinds are answered in order, to the byte", async ({ folder, serve }) => {
    await writeFiles(folder);
    const { port, get } = await serve();
    const tag = (await get("/middle", { method: "HEAD" })).field("etag") ?? "";
    await expectInOrder(port, [
      { target: "/small", status: 200, content: SMALL },
      { target: "/large", status: 200, content: LARGE_ONE },
      { target: "/large", method: "HEAD", status: 200, content: "" },
      { target: "/middle", fields: { "If-None-Match": tag }, status: 304, content: "" },
      {
        target: "/middle",
        fields: { Range: "bytes=100000-" },
        status: 206,
        content: MIDDLE.subarray(100_000),
      },
      { target: "/missing", status: 404 },
      { target: "/small", method: "DELETE", status: 405 },
      { target: "/middle", status: 200, content: MIDDLE },
      { target: "/small", fields: { Range: "bytes=-3" }, status: 206, content: SMALL.subarray(-3) },
      { target: "/empty", status: 200, content: "" },
      { target: "/missing", method: "HEAD", status: 404, content: "" },
      { target: "/folder", status: 301, content: "" },
      { target: "/folder/", status: 200, content: "index" },
      { target: "/large", fields: { Range: "bytes=9999999-" }, status: 416 },
      { target: "/large", fields: { "If-Match": '"other"' }, status: 412 },
      { target: "/large", fields: { Range: "bytes=0-9,1000000-1000009" }, status: 206 },
      { target: "/large", method: "OPTIONS", status: 204, content: "" },
      { target: "/middle", method: "HEAD", fields: { Range: "bytes=0-1" }, status: 200, content: "" },
      { target: "/a/../small", status: 400 },
      { target: "/large", status: 200, content: LARGE_ONE },
    ]);
  });

  test("two thousand for a large file, by a client that doesn't read, hold few descriptors", async ({
    folder,
    serve,
  }) => {
    await folder.writeSparse("large", 64 * MIB);
    const { port, get } = await serve();
    const before = countDescriptors();
    const connection = await RawConnection.open(port);
    connection.send(...Array.from({ length: 2000 }, () => requestText("/large")));
    await connection.head();
    let most = 0;
    for (let round = 0; round < 10; round++) {
      await sleep(50);
      most = Math.max(most, countDescriptorsBelow(folder.path));
      await connection.read(100_000);
    }
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(50);
    expect((await get("/large", { fields: { Range: "bytes=0-0" } })).status).toBe(206);
    connection.close();
    await expectReleased(folder, before);
  });

  /** Answers some targets itself, late; passes the rest on. */
  const app =
    (after: (request: IncomingMessage, response: ServerResponse) => void): RequestListener =>
    (request, response) => {
      if (!request.url?.startsWith("/app/")) return after(request, response);
      setTimeout(() => response.end(`app ${request.url}`), Number(request.url.slice(5)));
    };

  const mixed: readonly Pipelined[] = [
    { target: "/app/30", status: 200, content: "app /app/30" },
    { target: "/large", status: 200, content: LARGE_ONE },
    { target: "/app/0", status: 200, content: "app /app/0" },
    { target: "/small", status: 200, content: SMALL },
    { target: "/missing", status: 404, content: "no such page" },
    { target: "/middle", status: 200, content: MIDDLE },
    { target: "/app/60", status: 200, content: "app /app/60" },
    { target: "/app/1", status: 200, content: "app /app/1" },
    { target: "/large", method: "HEAD", status: 200, content: "" },
    { target: "/large", fields: { Range: "bytes=5-" }, status: 206, content: LARGE_ONE.subarray(5) },
    { target: "/app/10", status: 200, content: "app /app/10" },
  ];

  /** The last handler of an application. */
  function notFound(response: ServerResponse): void {
    response.statusCode = 404;
    response.end("no such page");
  }

  test("an application's own late answers before stet keep their turn", async ({ folder, serveApp }) => {
    await writeFiles(folder);
    const { node } = stet(folder.path);
    const port = await serveApp(
      app((request, response) => void node(request, response, () => notFound(response))),
    );
    await expectInOrder(port, mixed);
  });

  test("and behind it, where stet passes on what isn't its own", async ({ folder, serveApp }) => {
    await writeFiles(folder);
    const { node } = stet(folder.path);
    const behind = app((_, response) => notFound(response));
    const port = await serveApp(
      (request, response) => void node(request, response, () => behind(request, response)),
    );
    await expectInOrder(port, mixed);
  });

  test("two thousand behind an answer that never comes hold few descriptors", async ({
    folder,
    serveApp,
  }) => {
    await folder.writeSparse("large", 64 * MIB);
    const { node } = stet(folder.path);
    const port = await serveApp((request, response) => {
      if (request.url !== "/never") void node(request, response);
    });
    const before = countDescriptors();
    const connection = await RawConnection.open(port);
    connection.send(requestText("/never"), ...Array.from({ length: 2000 }, () => requestText("/large")));
    let most = 0;
    for (let round = 0; round < 10; round++) {
      await sleep(50);
      most = Math.max(most, countDescriptorsBelow(folder.path));
    }
    expect(most).toBeLessThan(50);
    connection.close();
    await expectReleased(folder, before);
  });
});

describe("files of every size around the limits of a write are sent to the byte", () => {
  test("whole, in part, and to a client that reads slowly", async ({ folder, serve }) => {
    const sizes = [0, 1, 65_535, 65_536, 65_537, 131_072, 131_073, 1_000_003];
    for (const size of sizes) await folder.writeOld(`${size}`, noise(size, "sizes"));
    await utimes(folder.path, LONG_AGO, LONG_AGO);
    const connection = await RawConnection.open((await serve()).port);
    for (const size of sizes) {
      const whole = noise(size, "sizes");
      expect((await connection.request(`/${size}`)).content.equals(whole)).toBe(true);
      if (size < 2) continue;
      const part = await connection.request(`/${size}`, { fields: { Range: `bytes=1-${size - 2}` } });
      expect([part.status, part.content.equals(whole.subarray(1, -1))]).toEqual([206, true]);
    }
    connection.close();
  });
});
