import { type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2 } from "node:http2";
import { get } from "node:https";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { setTimeout as delay } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import {
  afterwards,
  type Command,
  contentOf,
  read,
  serve,
  settledDescriptors,
  untilDescriptors,
} from "./command.ts";
import { makeCredentials } from "./credentials.ts";
import { folderWithLarge, LARGE } from "./downloads.ts";

let dir: string;
let ca: Buffer;
let credentials: readonly string[];

beforeEach(async () => {
  dir = await folderWithLarge();
  ({ ca, flags: credentials } = await makeCredentials());
});

function secure(...flags: readonly string[]): Command {
  return serve(dir, ...credentials, ...flags);
}

function session(url: URL): ClientHttp2Session {
  const client = connectHttp2(url, { ca });
  client.on("error", () => undefined);
  afterwards(() => client.destroy());
  return client;
}

function head(stream: ClientHttp2Stream): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => stream.once("response", resolve).once("error", reject));
}

describe("HTTPS", () => {
  test("speaks HTTP/2, and says https:// in its ready line", async () => {
    const command = secure();
    const url = await command.url();
    expect(url.protocol).toBe("https:");
    const client = session(url);
    const stream = client.request({ ":path": "/a.txt" });
    expect(await head(stream)).toMatchObject({ ":status": 200, "content-length": "12" });
    expect((await read(stream)).toString()).toBe("twelve bytes");
    expect(client.alpnProtocol).toBe("h2");
    expect(client.remoteSettings.maxConcurrentStreams).toBe(100);
    expect(await command.line(/^GET/)).toMatch(/^GET \/a\.txt 200 12 bytes \d+\.\d ms full$/);
  });

  test.each([[["http/1.1"]], [undefined]])("speaks HTTP/1.1 to a client with ALPN %j", async (protocols) => {
    const url = await secure().url();
    const options = { ca, agent: false, ...(protocols ? { ALPNProtocols: protocols } : {}) } as const;
    const { version, body } = await new Promise<{ version: string; body: string }>((resolve, reject) => {
      get(new URL("/a.txt", url), options, (response) => {
        let body = "";
        response.on("data", (chunk: Buffer) => (body += chunk.toString()));
        response.on("end", () => resolve({ version: response.httpVersion, body }));
      }).on("error", reject);
    });
    expect({ version, body }).toEqual({ version: "1.1", body: "twelve bytes" });
  });

  test("outlives a client that speaks no TLS", async () => {
    const command = secure();
    const url = await command.url();
    const socket = connect(Number(url.port), "127.0.0.1").on("error", () => undefined);
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await new Promise((resolve) => socket.on("close", resolve).resume());
    expect(await head(session(url).request({ ":path": "/a.txt" }))).toMatchObject({ ":status": 200 });
    expect(command.stderr).toBe("");
  });
});

describe("SIGTERM", () => {
  test("lets a stream of HTTP/2 finish, byte for byte, and takes no other", async () => {
    const command = secure();
    const client = session(await command.url());
    const goneAway = new Promise((resolve) => client.on("goaway", resolve));
    const idle = session(await command.url());
    const idleGoneAway = new Promise((resolve) => idle.on("goaway", resolve));
    await head(idle.request({ ":path": "/a.txt" }));
    const stream = client.request({ ":path": "/large" });
    await head(stream);
    command.child.kill("SIGTERM");
    await goneAway;
    await idleGoneAway;
    await delay(300);
    expect((await read(stream)).equals(LARGE)).toBe(true);
    expect(await command.ended).toEqual({ code: 0, signal: null });
  });

  test("lets a download over HTTP/1.1 finish", async () => {
    const command = secure();
    const url = await command.url();
    const socket = connectTls({ port: Number(url.port), host: "127.0.0.1", ca });
    socket.write("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    await new Promise((resolve) => socket.once("readable", resolve));
    command.child.kill("SIGTERM");
    await delay(300);
    expect(contentOf(await read(socket)).equals(LARGE)).toBe(true);
    expect(await command.ended).toEqual({ code: 0, signal: null });
  });

  test("doesn't wait for idle sessions, nor for a handshake that never comes", async () => {
    const command = secure();
    const url = await command.url();
    await head(session(url).request({ ":path": "/a.txt" }));
    const silent = connect(Number(url.port), "127.0.0.1").on("error", () => undefined);
    await new Promise((resolve) => silent.once("connect", resolve));
    await delay(100);
    const told = performance.now();
    command.child.kill("SIGTERM");
    expect(await command.ended).toEqual({ code: 0, signal: null });
    // What is under way would have 10 s for its end.
    expect(performance.now() - told).toBeLessThan(9_500);
  });
});

describe("--timeout", () => {
  test("cuts a stream that stalls, and its descriptor, while its connection moves on", async () => {
    const command = secure("--timeout", "1");
    const url = await command.url();
    const client = session(url);
    await head(client.request({ ":path": "/a.txt" }));
    const before = await settledDescriptors(command);
    const stalled = client.request({ ":path": "/large" });
    const reset = new Promise((resolve) => stalled.on("close", () => resolve(stalled.rstCode)));
    stalled.on("error", () => undefined);
    await head(stalled);
    stalled.pause();
    const pings = setInterval(() => client.ping(() => undefined), 200);
    afterwards(() => clearInterval(pings));
    await command.line(/large.*aborted/);
    await untilDescriptors(command, before);
    expect(client.destroyed).toBe(false);
    stalled.resume();
    expect(await reset).not.toBe(0);
    const again = client.request({ ":path": "/a.txt" });
    expect((await read(again)).toString()).toBe("twelve bytes");
  });

  // Nobody is steady whom a loaded machine holds up for seconds: then it is tried again.
  test("leaves a stream that is read slowly but steadily", { retry: 2 }, async () => {
    const command = secure("--timeout", "1");
    const stream: AsyncIterable<Buffer> = session(await command.url()).request({ ":path": "/large" });
    let received = 0;
    const end = performance.now() + 5_000;
    for await (const chunk of stream) {
      received += chunk.length;
      if (performance.now() < end) await delay(50);
    }
    expect(received).toBe(LARGE.length);
  });

  test("cuts a handshake that doesn't come and a session that is idle", async () => {
    const command = secure("--timeout", "1");
    const url = await command.url();
    const before = await settledDescriptors(command);
    const silent = connect(Number(url.port), "127.0.0.1").on("error", () => undefined);
    const client = session(url);
    await head(client.request({ ":path": "/a.txt" }));
    await Promise.all([
      new Promise((resolve) => silent.on("close", resolve).resume()),
      new Promise((resolve) => client.on("close", resolve)),
    ]);
    await untilDescriptors(command, before);
    expect(command.stderr).toBe("");
  });
});
