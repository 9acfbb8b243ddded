import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { Command, folder, request, serve, until, untilServed } from "./command.ts";

let dir: string;

beforeEach(async () => {
  dir = await folder();
  await writeFile(join(dir, "a.txt"), "twelve bytes");
});

/** Sends bytes as they are, and waits for the answer's end. */
function sendRaw(url: URL, head: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    connect(Number(url.port), "127.0.0.1")
      .on("data", (data) => (answer += data.toString("latin1")))
      .on("close", () => resolve(answer))
      .on("error", reject)
      .end(Buffer.from(head, "latin1"));
  });
}

function linesAfterReady(
  command: { readonly lines: readonly string[] },
  count: number,
): Promise<readonly string[]> {
  return until(
    () => (command.lines.length > count ? command.lines.slice(1) : undefined),
    () => `${count} lines in ${command.lines.join("\n")}`,
  );
}

describe("a readable line for each request", () => {
  test("tells method, path, status, bytes, ms and what was judged", async () => {
    const command = serve(dir);
    const url = await command.url();
    await request(url, "/a.txt?secret=1");
    await request(url, "/a.txt", { method: "HEAD" });
    await request(url, "/a.txt", { headers: { range: "bytes=0-5" } });
    await request(url, "/missing");
    await request(url, "/a.txt", { method: "POST" });
    expect(await linesAfterReady(command, 5)).toEqual([
      expect.stringMatching(/^GET \/a\.txt 200 12 bytes \d+\.\d ms full$/),
      expect.stringMatching(/^HEAD \/a\.txt 200 0 bytes \d+\.\d ms full$/),
      expect.stringMatching(/^GET \/a\.txt 206 6 bytes \d+\.\d ms partial$/),
      expect.stringMatching(/^GET \/missing 404 10 bytes \d+\.\d ms not-found$/),
      expect.stringMatching(/^POST \/a\.txt 405 19 bytes \d+\.\d ms method-not-allowed$/),
    ]);
  });

  test("tells that a client went away", async () => {
    await writeFile(join(dir, "large"), Buffer.alloc(32 << 20));
    const command = serve(dir);
    const url = await command.url();
    const socket = connect(Number(url.port), "127.0.0.1").on("error", () => undefined);
    socket.write("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    socket.once("data", () => socket.resetAndDestroy());
    expect(await command.line(/\/large/)).toMatch(/^GET \/large 200 \d+ bytes \d+\.\d ms full aborted$/);
  });

  test("holds nothing that a terminal would obey", async () => {
    const command = serve(dir);
    const url = await command.url();
    await sendRaw(
      url,
      "GET /\x1b[2J\x07\x9b31m\xe2\x80\xae\x7f%0a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    );
    await sendRaw(url, "GET /\xe9\xff%1b[31m HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    await request(url, "/last");
    await command.line(/\/last/);
    expect(command.stdout).toMatch(/^[\n\x20-\x7e]*$/);
  });

  test("has no colour where stdout is no terminal", async () => {
    const command = serve(dir);
    await request(await command.url(), "/a.txt");
    expect(await command.line(/^GET/)).not.toContain("\x1b");
  });
});

describe("--json", () => {
  test("writes the ready line and every request as JSON", async () => {
    const command = serve(dir, "--json");
    const ready: { readonly url: string } = JSON.parse(await command.line(/serving/));
    expect(ready).toMatchObject({ dir, msg: expect.stringMatching(/^stet serving .* at http:/) });
    const url = new URL(ready.url);
    await request(url, "/a.txt?q");
    await request(url, "/%1b");
    await request(url, "/a.txt", { headers: { range: "bytes=0-5" } });
    expect((await linesAfterReady(command, 3)).map((line) => JSON.parse(line) as unknown)).toMatchObject([
      {
        method: "GET",
        path: "/a.txt",
        status: 200,
        bytes: 12,
        ms: expect.any(Number),
        judged: "full",
        delivery: "bytes",
        aborted: false,
      },
      { method: "GET", path: "/%1b", status: 400, judged: "bad-request", delivery: "bytes", aborted: false },
      { path: "/a.txt", status: 206, bytes: 6, ranges: [{ firstPos: 0, lastPos: 5 }] },
    ]);
  });
});

describe("--quiet", () => {
  test.each([["--quiet"], ["--quiet --json"]])("%s leaves only the ready line", async (flags) => {
    const command = serve(dir, ...flags.split(" "));
    const ready = await command.line(/serving/);
    const url = new URL(/http:\/\/[^\s"]+/.exec(ready)![0]);
    await request(url, "/a.txt");
    await request(url, "/missing");
    command.child.kill("SIGTERM");
    await command.ended;
    expect(command.lines).toEqual([ready]);
  });
});

describe("a machine that has no descriptors left", () => {
  // More than the start itself takes, on every machine; fewer than the connections that follow.
  const LIMIT = 100;
  const GET_LARGE = "GET /large HTTP/1.1\r\nHost: a\r\n\r\n";

  test("is told in lines on stderr, to the client as 503 at most, and outlived", async () => {
    await writeFile(join(dir, "large"), Buffer.alloc(32 << 20));
    const command = new Command(["serve", dir, "--port", "0"], { descriptors: LIMIT });
    const url = await command.url();
    const early = connect(Number(url.port), "127.0.0.1");
    early.write(GET_LARGE);
    expect(await statusOf(early)).toBe("200");
    const waiting = connect(Number(url.port), "127.0.0.1");
    await once(waiting, "connect");

    // A connection that no descriptor is left for is closed: then all are taken.
    const idle = Array.from({ length: LIMIT }, () => connect(Number(url.port), "127.0.0.1"));
    await Promise.race(
      idle.map(
        (socket) => new Promise((resolve) => socket.on("error", resolve).on("close", resolve).resume()),
      ),
    );
    waiting.write(GET_LARGE);
    expect(await statusOf(waiting)).toBe("503");
    await command.complaint(/EMFILE/);
    for (const socket of [early, waiting, ...idle]) socket.destroy();

    await untilServed(url, "/a.txt");
    for (const line of command.stderr.trimEnd().split("\n")) expect(line).toMatch(/^stet: .*EMFILE/);
  });

  /** The status of the answer that `socket` brings next. The rest is left unread, which holds the file open. */
  async function statusOf(socket: Socket): Promise<string> {
    const [data] = (await once(socket, "data")) as [Buffer];
    socket.pause();
    return data.toString("latin1", 9, 12);
  }
});

describe("a log that nobody reads any more", () => {
  test.each([[[]], [["--json"]]])("doesn't end the server: stet serve %j | head -1", async (flags) => {
    const command = serve(dir, ...flags);
    const url = new URL(/http:\/\/[^\s"]+/.exec(await command.line(/serving/))![0]);
    command.child.stdout.destroy();
    for (let count = 0; count < 5; count++) expect((await request(url, "/a.txt")).status).toBe(200);
    expect(command.stderr).toBe("");
    command.child.kill("SIGTERM");
    expect(await command.ended).toEqual({ code: 0, signal: null });
  });
});
