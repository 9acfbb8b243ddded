/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import { truncate } from "node:fs/promises";
import { createServer as createHttp2Server, connect as connectHttp2, type Http2Server } from "node:http2";
import express from "express";
import { describe, expect } from "vitest";
import { memory, stet } from "../../src/index.ts";
import { overFetch, overHttp1, overHttp2 } from "../contracts/adapters.ts";
import { listening } from "../support/listen.ts";
import { noise } from "../support/noise.ts";
import { RawConnection, requestText } from "../support/raw-connection.ts";
import { test } from "../support/served-test.ts";
import { PATIENCE, told } from "./told.ts";

/** More than the buffers of two sockets hold. Bytes. */
const LARGE = 24_000_000;

const SITE = memory({ "small.txt": "a small file" });

const ABORTED = { bytes: 0, finished: false, aborted: true, ranges: [] } as const;

describe("a client that is gone before anything was sent", () => {
  const rows = [
    ["/small.txt", { ...ABORTED, path: "small.txt", status: 200, delivery: "bytes", completeLength: 12 }],
    ["/large.bin", { ...ABORTED, path: "large.bin", status: 200, delivery: "stream", completeLength: LARGE }],
    ["/missing", { ...ABORTED, path: "missing", status: 404, delivery: "bytes" }],
  ] as const;

  test.for(rows)("HTTP/1.1: %s", async ([target, event], { folder, serveApp }) => {
    await folder.writeOld("small.txt", "a small file");
    await folder.writeOld("large.bin", noise(LARGE, "large"));
    const { events, options } = told();
    const { node } = stet(folder.path, options);
    let isHeard = false;
    const port = await serveApp((request, response) => {
      request.socket.once("close", () => void node(request, response));
      isHeard = true;
    });
    const connection = await RawConnection.open(port);
    connection.send(requestText(target));
    await expect.poll(() => isHeard, PATIENCE).toBe(true);
    connection.close();
    await expect.poll(() => events, PATIENCE).toMatchObject([event]);
  });

  test.for([{}, { "X-Own": "1" }])("HTTP/1.1: what is known, with %j", async (fields, { serveApp }) => {
    const { events, options } = told();
    const { node } = stet(SITE, options);
    let isHeard = false;
    const port = await serveApp((request, response) => {
      for (const [name, value] of Object.entries(fields)) response.setHeader(name, value);
      if (events.length === 0) return void node(request, response);
      request.socket.once("close", () => void node(request, response));
      isHeard = true;
    });
    const connection = await RawConnection.open(port);
    await connection.request("/small.txt");
    await expect.poll(() => events, PATIENCE).toMatchObject([{ finished: true }]);
    connection.send(requestText("/small.txt"));
    await expect.poll(() => isHeard, PATIENCE).toBe(true);
    connection.close();
    await expect
      .poll(() => events, PATIENCE)
      .toMatchObject([{ finished: true }, { ...ABORTED, status: 200 }]);
  });

  test.for(rows)("HTTP/2: %s", async ([target, event], { folder }) => {
    await folder.writeOld("small.txt", "a small file");
    await folder.writeOld("large.bin", noise(LARGE, "large"));
    const { events, options } = told();
    const { node } = stet(folder.path, options);
    const server = createHttp2Server((request, response) => {
      response.stream.once("close", () => void node(request, response));
    });
    await askOverHttp2(server, target);
    await expect.poll(() => events, PATIENCE).toMatchObject([event]);
    server.close();
  });

  test("HTTP/2: what is known", async () => {
    const { events, options } = told();
    const { node, fetch } = stet(SITE, options);
    await fetch(new Request("http://localhost/small.txt"));
    const server = createHttp2Server((request, response) => {
      response.stream.once("close", () => void node(request, response));
    });
    await askOverHttp2(server, "/small.txt");
    await expect
      .poll(() => events, PATIENCE)
      .toMatchObject([{ finished: true }, { ...ABORTED, status: 200 }]);
    server.close();
  });

  test.for(rows)("fetch: %s", async ([target, event], { folder }) => {
    await folder.writeOld("small.txt", "a small file");
    await folder.writeOld("large.bin", noise(LARGE, "large"));
    const { events, options } = told();
    const signal = AbortSignal.abort();
    await stet(folder.path, options).fetch(new Request(`http://localhost${target}`, { signal }));
    expect(events).toMatchObject([event]);
  });
});

/** Asks, and goes away as soon as the server has heard it. */
async function askOverHttp2(server: Http2Server, target: string): Promise<void> {
  const session = connectHttp2(`http://127.0.0.1:${await listening(server)}`);
  const stream = session.request({ ":path": target });
  stream.on("error", () => undefined);
  server.once("stream", () => stream.close(8));
  stream.once("close", () => session.destroy());
}

describe("what ends before its last byte", () => {
  test.for([
    ["HTTP/1.1", overHttp1, "copy"],
    ["HTTP/2", overHttp2, "stream"],
    ["fetch", overFetch, "stream"],
  ] as const)("the client goes away: %s", async ([, adapt, delivery], { folder }) => {
    await folder.writeOld("large.bin", noise(LARGE, "large"));
    const { events, options } = told();
    const adapted = await adapt(stet(folder.path, options));
    await adapted.abandon("/large.bin");
    const event = { path: "large.bin", status: 200, delivery, finished: false, aborted: true };
    await expect
      .poll(() => events, PATIENCE)
      .toMatchObject([{ ...event, completeLength: LARGE, ranges: [] }]);
    expect(events[0]!.bytes).toBeLessThan(LARGE);
    await adapted.stop();
    expect(events).toHaveLength(1);
  });

  test("the file is cut short: node", async ({ folder, serveApp }) => {
    await folder.writeOld("large.bin", noise(LARGE, "large"));
    const { events, options } = told();
    const { node } = stet(folder.path, options);
    const port = await serveApp((request, response) => void node(request, response));
    const connection = await RawConnection.open(port);
    connection.send(requestText("/large.bin", { fields: { Range: "bytes=5-" } }));
    await connection.read(1000);
    await truncate(folder.to("large.bin"), 0);
    await connection.read(Infinity);
    const ranges = [{ firstPos: 5, lastPos: LARGE - 1 }];
    const event = { status: 206, judged: "partial", ranges, completeLength: LARGE, finished: false };
    await expect.poll(() => events, PATIENCE).toMatchObject([event]);
    connection.close();
  });

  test("the file is cut short: fetch", async ({ folder }) => {
    await folder.writeOld("large.bin", noise(LARGE, "large"));
    const { events, options } = told();
    const response = await stet(folder.path, options).fetch(new Request("http://localhost/large.bin"));
    const reader = response.body!.getReader();
    const { value } = await reader.read();
    await truncate(folder.to("large.bin"), 0);
    await expect(reader.read()).rejects.toThrow("changed");
    expect(events).toMatchObject([{ status: 200, bytes: value!.length, finished: false, aborted: true }]);
  });
});

test("a reader that wants no more once it has the last byte has had all", async ({ folder }) => {
  await folder.writeOld("large.bin", noise(100_000, "large"));
  const { events, options } = told();
  const response = await stet(folder.path, options).fetch(new Request("http://localhost/large.bin"));
  const reader = response.body!.getReader();
  for (let left = 100_000; left > 0;) left -= (await reader.read()).value!.length;
  await reader.cancel();
  expect(events).toMatchObject([{ bytes: 100_000, finished: true, aborted: false }]);
});

test("a pipeline: one for each, in order", async ({ folder, serve }) => {
  await folder.writeOld("small.txt", "a small file");
  await folder.writeOld("large.bin", noise(LARGE, "large"));
  const { events, options } = told();
  const { port } = await serve(options);
  const connection = await RawConnection.open(port);
  const targets = ["/small.txt", "/large.bin", "/missing", "/small.txt", "/folder"];
  connection.send(...targets.map((target) => requestText(target)));
  for (const _ of targets) await connection.response();
  await expect.poll(() => events.map(({ request }) => request.target), PATIENCE).toEqual(targets);
  expect(events.map(({ finished }) => finished)).toEqual([true, true, true, true, true]);
  connection.close();
});

test("a film of forty ranges: forty", async ({ folder, serve }) => {
  const content = noise(4_000_000, "film");
  await folder.writeOld("film.mp4", content);
  const { events, options } = told();
  const { port } = await serve(options);
  const connection = await RawConnection.open(port);
  const firsts = Array.from({ length: 40 }, (_, index) => index * 100_000);
  for (const first of firsts) {
    const fields = { Range: `bytes=${first}-${first + 99_999}` };
    expect((await connection.request("/film.mp4", { fields })).status).toBe(206);
  }
  await expect.poll(() => events.length, PATIENCE).toBe(40);
  expect(events.map(({ ranges }) => ranges[0]?.firstPos)).toEqual(firsts);
  connection.close();
});

describe("below a framework", () => {
  test("what goes on to the next handler gives none, what doesn't gives one", async ({ serveApp }) => {
    const { events, options } = told();
    const passing = stet(SITE, options);
    const keeping = stet(SITE, { ...options, fallthrough: false });
    const port = await serveApp(
      express()
        .use("/passing", passing.node)
        .use("/keeping", keeping.node)
        .use((_, response) => void response.send("the application")),
    );
    const connection = await RawConnection.open(port);
    for (const target of ["/passing/missing", "/passing/%zz", "/passing/small.txt", "/keeping/missing"]) {
      await connection.request(target);
    }
    await connection.request("/passing/small.txt", { method: "POST" });
    connection.close();
    await expect
      .poll(() => events, PATIENCE)
      .toMatchObject([
        { path: "small.txt", status: 200 },
        { path: "missing", status: 404 },
      ]);
  });

  test("an answer that can't be sent goes on as an error, and gives none", async ({ serveApp }) => {
    const { events, options } = told();
    const { node } = stet(SITE, { ...options, onError: () => undefined });
    let isClosed = false;
    const port = await serveApp((request, response) => {
      response.setHeader("X-One", "one");
      response.setHeader = () => {
        throw new Error("no more fields");
      };
      response.once("close", () => (isClosed = true));
      void node(request, response, () => response.writeHead(500).end());
    });
    const connection = await RawConnection.open(port);
    connection.send(requestText("/small.txt"));
    expect((await connection.head()).status).toBe(500);
    await expect.poll(() => isClosed, PATIENCE).toBe(true);
    expect(events).toEqual([]);
    connection.close();
  });

  test("the request is the framework's own, with what its middleware has put there", async ({ serveApp }) => {
    const { events, options } = told();
    const { node } = stet(SITE, options);
    const port = await serveApp(
      express()
        .use((request, _, next) => {
          Object.assign(request, { user: "ada" });
          next();
        })
        .use(node),
    );
    const connection = await RawConnection.open(port);
    await connection.request("/small.txt");
    connection.close();
    await expect.poll(() => events, PATIENCE).toMatchObject([{ request: { native: { user: "ada" } } }]);
  });
});
