import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { stet } from "../../src/index.ts";
import { Folder } from "../support/folder.ts";
import { listen, type Listening } from "../support/listen.ts";
import { RawConnection, requestText, type RawResponse } from "../support/raw-connection.ts";

const CONTENT = Buffer.alloc(200_000, "the content of a file that is kept\n");

let folder: Folder;
let server: Listening;

beforeEach(async () => {
  folder = await Folder.make();
  await folder.writeOld("kept.txt", CONTENT);
  await folder.writeOld("large.txt", Buffer.concat([CONTENT, CONTENT, CONTENT]));
  await delay(2100); // A folder that was changed lately isn't kept.
  server = await listen(stet(folder.path).node);
});

afterEach(async () => {
  await server.close();
  await folder.remove();
});

function dateOf(response: RawResponse): number {
  const date = response.field("Date") ?? "";
  const time = Date.parse(date);
  expect(new Date(time).toUTCString()).toBe(date);
  return time;
}

it("an answer that is kept tells the second in which it is given", async () => {
  const connection = await RawConnection.open(server.port);
  const requests = [
    ["/kept.txt", { fields: {} }, 200, CONTENT],
    ["/kept.txt", { fields: { "If-Modified-Since": new Date().toUTCString() } }, 304, Buffer.alloc(0)],
    ["/large.txt", { fields: { Range: "bytes=100-299" } }, 206, CONTENT.subarray(100, 300)],
  ] as const;
  for (let round = 0; round < 4; round++) {
    for (const [target, request, status, content] of requests) {
      const before = Math.floor(Date.now() / 1000) * 1000;
      const response = await connection.request(target, request);
      expect(response.status).toBe(status);
      expect(response.content.equals(status === 304 ? Buffer.alloc(0) : content)).toBe(true);
      expect(dateOf(response)).toBeGreaterThanOrEqual(before);
    }
    await delay(600);
  }
  connection.close();
});

it("a connection that is slow to read gets its answers as they were given, while others get theirs", async () => {
  const ASKED = 60;
  const slow = await RawConnection.open(server.port);
  slow.socket.pause();
  const start = Math.floor(Date.now() / 1000) * 1000;
  slow.send(...Array.from({ length: ASKED }, () => requestText("/kept.txt")));
  const quick = await RawConnection.open(server.port);
  for (let round = 0; round < 3; round++) {
    await delay(700);
    const before = Math.floor(Date.now() / 1000) * 1000;
    const response = await quick.request("/kept.txt");
    expect(response.content.equals(CONTENT)).toBe(true);
    expect(dateOf(response)).toBeGreaterThanOrEqual(before);
  }
  let latest = start;
  for (let index = 0; index < ASKED; index++) {
    const response = await slow.response();
    expect(response.status).toBe(200);
    expect(response.content.equals(CONTENT)).toBe(true);
    expect(dateOf(response)).toBeGreaterThanOrEqual(latest);
    latest = dateOf(response);
  }
  slow.close();
  quick.close();
});
