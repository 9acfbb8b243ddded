/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { afterEach, beforeEach, expect, vi } from "vitest";
import { memory, sendfile, stet } from "../../src/index.ts";
import { RawConnection } from "../support/raw-connection.ts";
import { test } from "../support/served-test.ts";
import { PATIENCE, told } from "./told.ts";

const CHANNEL = "stet:delivered";

const SITE = memory({ "small.txt": "a small file" });

let heard: unknown[] = [];
const hear = (event: unknown): void => void heard.push(event);

beforeEach(() => {
  heard = [];
});

afterEach(() => {
  unsubscribe(CHANNEL, hear);
  vi.restoreAllMocks();
  vi.resetModules();
});

const ask = (site: { fetch: (request: Request) => Promise<Response> }): Promise<Response> =>
  site.fetch(new Request("http://localhost/small.txt"));

test("whoever subscribes is told, from then on and as long as he does", async () => {
  const site = stet(SITE);
  await ask(site);
  subscribe(CHANNEL, hear);
  await ask(site);
  await ask(site);
  unsubscribe(CHANNEL, hear);
  await ask(site);
  const event = { path: "small.txt", status: 200, bytes: 12, finished: true };
  expect(heard).toMatchObject([event, event]);
});

test("of what is known, too, over a socket", async ({ serveApp }) => {
  const { node } = stet(SITE);
  const port = await serveApp((request, response) => void node(request, response));
  const connection = await RawConnection.open(port);
  await connection.request("/small.txt");
  subscribe(CHANNEL, hear);
  const { field } = await connection.request("/small.txt");
  await connection.request("/small.txt", { fields: { "If-None-Match": field("etag") ?? "" } });
  await expect
    .poll(() => heard, PATIENCE)
    .toMatchObject([{ judged: "full" }, { judged: "not-modified", status: 304 }]);
  connection.close();
});

test("it is the event that the application is told of", async () => {
  const { events, options } = told();
  subscribe(CHANNEL, hear);
  await ask(stet(SITE, options));
  expect(heard).toHaveLength(1);
  expect(heard[0]).toBe(events[0]);
});

test("an application that fails at it doesn't keep it from the others", async () => {
  const errors: unknown[] = [];
  subscribe(CHANNEL, hear);
  const onDelivered = (): never => {
    throw new Error("no database");
  };
  expect((await ask(stet(SITE, { onDelivered, onError: (error) => errors.push(error) }))).status).toBe(200);
  expect([errors.length, heard.length]).toEqual([1, 1]);
});

test("of sendfile(), too", async ({ folder }) => {
  await folder.writeOld("small.txt", "a small file");
  subscribe(CHANNEL, hear);
  const request = new Request("http://localhost/documents/7");
  await sendfile(request, folder.to("small.txt"));
  await sendfile(request, "missing.txt", { root: folder.path });
  expect(heard).toMatchObject([
    { request: { native: request }, path: "small.txt", status: 200 },
    { path: "missing.txt", status: 404 },
  ]);
});

test("a runtime without channels: the application is told all the same", async () => {
  vi.resetModules();
  vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
  const { stet } = await import("../../src/index.ts");
  const { events, options } = told();
  subscribe(CHANNEL, hear);
  await ask(stet(SITE, options));
  expect([events.length, heard.length]).toEqual([1, 0]);
  expect((await ask(stet(SITE))).status).toBe(200);
});

test("where nobody listens, nothing is put on the response", async ({ serveApp }) => {
  const { node } = stet(SITE);
  const listeners: number[] = [];
  const port = await serveApp((request, response) => {
    const before = response.listenerCount("finish") + response.listenerCount("close");
    void node(request, response);
    listeners.push(response.listenerCount("finish") + response.listenerCount("close") - before);
  });
  const connection = await RawConnection.open(port);
  for (let round = 0; round < 2; round++) await connection.request("/small.txt");
  subscribe(CHANNEL, hear);
  await connection.request("/small.txt");
  connection.close();
  // The second is known, and answered before the handler returns; so is the third, which somebody wants to know of.
  expect(listeners.slice(1)).toEqual([0, 2]);
});
