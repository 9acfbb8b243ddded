import type { RequestListener } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { stet } from "../../src/index.ts";
import { Folder } from "../support/folder.ts";
import { listen } from "../support/listen.ts";
import { countDescriptorsBelow } from "../support/process-reading.ts";

let folder: Folder;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await Folder.make();
  await folder.writeOld("a.txt", "the text of a\n");
  await folder.writeOld("large.bin", Buffer.alloc(4_000_000, "x"));
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await folder.remove();
});

/** What a server may have taken in of requests that it can't answer yet: some packets full, however many are sent. */
const MOST_HEARD = 10_000;

async function serve(listener: RequestListener): Promise<number> {
  const { port, close } = await listen(listener);
  closing.push(close);
  return port;
}

function pipeline(port: number, targets: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const client = connect(port, "127.0.0.1");
    let received = "";
    client.setEncoding("latin1").on("data", (text: string) => {
      received += text;
    });
    client.on("close", () => resolve(received)).on("error", reject);
    const requests = targets.map((target) => `GET ${target} HTTP/1.1\r\nHost: localhost\r\n`);
    client.write(`${requests.join("\r\n")}Connection: close\r\n\r\n`);
  });
}

it("an application that decides about later requests first is answered in order all the same", async () => {
  const site = stet(folder.path);
  const port = await serve(async (request, response) => {
    await delay(Number(request.url?.slice(1)));
    await site.send(request, response, "a.txt", { as: `${request.url?.slice(1)}.txt` });
  });
  const received = await pipeline(port, ["/150", "/100", "/50", "/1"]);
  expect([...received.matchAll(/filename="(\d+)\.txt"/g)].map(([, name]) => name)).toEqual([
    "150",
    "100",
    "50",
    "1",
  ]);
  expect(received.match(/the text of a/g)).toHaveLength(4);
});

it("two policies after one another share a pipeline", async () => {
  const first = stet(folder.path, { extensions: ["none"] });
  await folder.writeOld("second/b.txt", "the text of b\n");
  const second = stet(folder.to("second"));
  const port = await serve((request, response) =>
    first.node(request, response, () => void second.node(request, response)),
  );
  const targets = Array.from({ length: 30 }, (_, index) => (index % 3 === 0 ? "/b.txt" : "/a.txt"));
  const received = await pipeline(port, targets);
  expect([...received.matchAll(/the text of (\w)/g)].map(([, name]) => `/${name}.txt`)).toEqual(targets);
});

it("a client that reads gets all that it asks for at once", async () => {
  const port = await serve(stet(folder.path, { cache: false }).node);
  const targets = Array.from({ length: 2000 }, (_, index) => (index % 2 === 0 ? "/a.txt" : "/missing"));
  const received = await pipeline(port, targets);
  expect([...received.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status)).toEqual(
    targets.map((target) => (target === "/a.txt" ? "200" : "404")),
  );
});

it("a client that asks for more and more without reading isn't read any more, and leaves nothing behind", async () => {
  const site = stet(folder.path, { cache: false });
  let heard = 0;
  const port = await serve((request, response) => {
    heard += 1;
    void site.node(request, response);
  });
  const client = connect(port, "127.0.0.1");
  client.on("error", () => undefined);
  const request = "GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n";
  // Far more than the buffers between the two hold.
  client.write(request.repeat(500_000));
  await delay(1500);
  expect(client.writableLength).toBeGreaterThan(1_000_000);
  expect(heard).toBeLessThan(MOST_HEARD);
  expect(countDescriptorsBelow(folder.path)).toBeLessThan(5);
  client.destroy();
  await expect.poll(() => countDescriptorsBelow(folder.path)).toBe(0);
});

it.each(["/a.txt", "/missing"])(
  "nor one that asks for %s, and what it asked for isn't judged when it is gone",
  async (target) => {
    let judged = 0;
    let heard = 0;
    let socket: Socket | undefined;
    const site = stet(folder.path, { cache: false, onDelivered: () => (judged += 1) });
    const port = await serve((request, response) => {
      heard += 1;
      ({ socket } = request);
      void site.node(request, response);
    });
    const client = connect(port, "127.0.0.1");
    client.on("error", () => undefined);
    client.pause();
    client.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(500_000));
    await delay(1500);
    expect(client.writableLength).toBeGreaterThan(1_000_000);
    expect(heard - judged).toBeLessThan(MOST_HEARD);
    client.destroy();
    await expect.poll(() => socket?.destroyed).toBe(true);
    const before = judged;
    await delay(300);
    expect(judged - before).toBeLessThan(50);
  },
);
