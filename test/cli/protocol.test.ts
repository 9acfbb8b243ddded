import { createHash } from "node:crypto";
import { connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { beforeEach, describe, expect, test } from "vitest";
import {
  afterwards,
  type Command,
  contentOf,
  read,
  serve,
  settledDescriptors,
  until,
  untilDescriptors,
} from "./command.ts";
import { makeCredentials, type TestCredentials } from "./credentials.ts";
import { folderWithLarge, LARGE } from "./downloads.ts";

let dir: string;

beforeEach(async () => {
  dir = await folderWithLarge();
});

/** The ways to reach the server by HTTP/1.1. */
const SERVERS = ["one process", "workers", "TLS"] as const;

interface Server {
  readonly command: Command;
  readonly url: URL;
  readonly ca: Buffer | undefined;
}

async function start(kind: (typeof SERVERS)[number], ...flags: readonly string[]): Promise<Server> {
  const credentials: TestCredentials | undefined = kind === "TLS" ? await makeCredentials() : undefined;
  const workers = kind === "workers" ? ["--workers", "2"] : [];
  const command = serve(dir, ...workers, ...(credentials?.flags ?? []), ...flags);
  return { command, url: await command.url(), ca: credentials?.ca };
}

/** A connection whose client may end its own side, and go on reading. */
async function open({ url, ca }: Server): Promise<Socket> {
  const to = { port: Number(url.port), host: "127.0.0.1", allowHalfOpen: true };
  const socket = ca === undefined ? connect(to) : connectTls({ ...to, ca });
  socket.on("error", () => undefined);
  afterwards(() => socket.destroy());
  await new Promise((resolve) => socket.once(ca === undefined ? "connect" : "secureConnect", resolve));
  return socket;
}

/** All that the server says until it ends the connection. */
async function converse(server: Server, text: string): Promise<string> {
  const socket = await open(server);
  socket.write(text, "latin1");
  return (await read(socket)).toString("latin1");
}

function get(...lines: readonly string[]): string {
  return ["GET /a.txt HTTP/1.1", ...lines, "", ""].join("\r\n");
}

interface RawResponse {
  readonly line: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly content: string;
}

/** One response, and whatever comes behind it as its content. */
function parse(text: string): RawResponse {
  const end = text.indexOf("\r\n\r\n");
  const [line = "", ...fields] = text.slice(0, end).split("\r\n");
  return {
    line,
    fields: Object.fromEntries(
      fields.map((field) => [field.slice(0, field.indexOf(":")), field.slice(field.indexOf(":") + 2)]),
    ),
    content: text.slice(end + 4),
  };
}

/** The text is an error, whole, and nothing else. */
function expectError(text: string, status: number, title: string): void {
  const { line, fields, content } = parse(text);
  expect(line).toBe(`HTTP/1.1 ${status} ${title}`);
  expect(content).toBe(`${title}\n`);
  expect(fields).toMatchObject({
    Date: expect.stringMatching(/^\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$/) as string,
    "Content-Length": String(title.length + 1),
    Connection: "close",
  });
  expect(fields).not.toHaveProperty("Transfer-Encoding");
}

const HOST = "Host: a";

/** What is wrong, as it is sent, and what the server says of it. */
const REFUSED: readonly (readonly [what: string, sent: string, status: number, title: string])[] = [
  ["two lines of Host", get(HOST, "Host: b"), 400, "Bad Request"],
  ["the same Host twice", get(HOST, HOST), 400, "Bad Request"],
  ["two lines of Host, one of them empty", get("Host:", "host: a"), 400, "Bad Request"],
  ["two lines of Host in HTTP/1.0", `GET /a.txt HTTP/1.0\r\n${HOST}\r\n${HOST}\r\n\r\n`, 400, "Bad Request"],
  ["no Host", get(), 400, "Bad Request"],
  ["a Host with a space", get("Host: a b"), 400, "Bad Request"],
  ["a Host with a slash", get("Host: a/b"), 400, "Bad Request"],
  ["a Host with a user", get("Host: user@a"), 400, "Bad Request"],
  ["a Host with a port that is none", get("Host: a:b"), 400, "Bad Request"],
  ["a Host with two ports", get("Host: a:80:80"), 400, "Bad Request"],
  ["a Host that is a URL", get("Host: http://a/"), 400, "Bad Request"],
  ["a transfer coding that isn't known", get(HOST, "Transfer-Encoding: foo"), 501, "Not Implemented"],
  ["one before chunked", `${get(HOST, "Transfer-Encoding: gzip, chunked")}0\r\n\r\n`, 501, "Not Implemented"],
  [
    "one on a line of its own",
    `${get(HOST, "Transfer-Encoding: gzip", "Transfer-Encoding: chunked")}0\r\n\r\n`,
    501,
    "Not Implemented",
  ],
  ["chunked in quotes", `${get(HOST, 'Transfer-Encoding: "chunked"')}0\r\n\r\n`, 501, "Not Implemented"],
  ["no transfer coding in a list of them", get(HOST, "Transfer-Encoding: ,"), 400, "Bad Request"],
  ["HTTP/2.0", `GET /a.txt HTTP/2.0\r\n${HOST}\r\n\r\n`, 505, "HTTP Version Not Supported"],
  ["HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "HTTP Version Not Supported"],
  ["HTTP/3.0", `GET /a.txt HTTP/3.0\r\n${HOST}\r\n\r\n`, 505, "HTTP Version Not Supported"],
  ["a version that is none", `GET /a.txt HTTP/x\r\n${HOST}\r\n\r\n`, 400, "Bad Request"],
  ["HTTP/0.9", "GET /a.txt\r\n", 400, "Bad Request"],
  ["HTTP/0.9 without a carriage return", "GET /a.txt\n", 400, "Bad Request"],
  ["HTTP/0.9 with an empty line", "GET /a.txt\r\n\r\n", 400, "Bad Request"],
  ["HTTP/0.9 by name", `GET /a.txt HTTP/0.9\r\n${HOST}\r\n\r\n`, 400, "Bad Request"],
  ["a method that Node doesn't know", `FOO /a.txt HTTP/1.1\r\n${HOST}\r\n\r\n`, 501, "Not Implemented"],
  ["CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", 405, "Method Not Allowed"],
  ["no HTTP", "hello\r\n\r\n", 400, "Bad Request"],
  ["a head that is too long", get(HOST, `X: ${"x".repeat(400_000)}`), 431, "Request Header Fields Too Large"],
  ["a target that is too long", `GET /${"x".repeat(20_000)} HTTP/1.1\r\n\r\n`, 414, "URI Too Long"],
  [
    "a chunk that is none",
    `POST /a.txt HTTP/1.1\r\n${HOST}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
    400,
    "Bad Request",
  ],
];

for (const kind of SERVERS) {
  describe(`by ${kind}`, { tags: kind === "workers" ? ["one-node"] : [] }, () => {
    test("refuses what RFC 9112 says must not be accepted, and closes the connection", async () => {
      const server = await start(kind, "--quiet");
      for (const [what, sent, status, title] of REFUSED) {
        const text = await converse(server, sent).catch((error: unknown) => String(error));
        expectError(text.startsWith("HTTP") ? text : `${what}: ${text}`, status, title);
      }
      expect(server.command.stderr).toBe("");
    });

    test("serves what is as it should be", async () => {
      const server = await start(kind, "--quiet");
      const close = "Connection: close";
      const right = [
        get("Host: localhost:3000", close),
        get("Host: [::1]:3000", close),
        get("Host:", close),
        "GET /a.txt HTTP/1.0\r\n\r\n",
        `GET http://a/a.txt HTTP/1.1\r\nHost: a\r\n${close}\r\n\r\n`,
        `${get(HOST, "Transfer-Encoding: Chunked", close)}0\r\n\r\n`,
        `\r\n${get(HOST, close)}`,
      ];
      for (const sent of right) {
        const { line, content } = parse(await converse(server, sent));
        expect({ line, content }).toEqual({ line: "HTTP/1.1 200 OK", content: "twelve bytes" });
      }
    });

    test("responds to HEAD without content", async () => {
      const text = await converse(await start(kind, "--quiet"), get("Host: a b").replace("GET", "HEAD"));
      expect(parse(text)).toMatchObject({ line: "HTTP/1.1 400 Bad Request", content: "" });
    });

    test("sends all of a large file to a client that ends its side after its request", async () => {
      const server = await start(kind);
      const idle = await open(server);
      idle.resume().end();
      await new Promise((resolve) => idle.once("close", resolve));
      const socket = await open(server);
      socket.end("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
      expect(digest(contentOf(await read(socket)))).toBe(digest(LARGE));
      await server.command.line(/^GET \/large 200 25165824 bytes .* full$/);
    });

    test("sends all that was asked for in a pipeline to such a client", async () => {
      const socket = await open(await start(kind, "--quiet"));
      socket.end(`${get(HOST).repeat(50)}GET /large HTTP/1.1\r\nHost: a\r\n\r\n`);
      const text = await read(socket);
      expect(text.toString("latin1").match(/twelve bytes/g)).toHaveLength(50);
      expect(digest(text.subarray(-LARGE.length))).toBe(digest(LARGE));
    });

    test("refuses a head that ends in its middle", async () => {
      const socket = await open(await start(kind, "--quiet"));
      socket.end("GET /a.txt HTTP/1.1\r\nHo");
      expectError((await read(socket)).toString("latin1"), 400, "Bad Request");
    });

    test("puts an error behind the responses that are under way, and nothing into them", async () => {
      const server = await start(kind, "--quiet");
      for (const bad of [
        "hello\r\n\r\n",
        get(HOST, HOST),
        "FOO",
        `GET / HTTP/1.1\r\nX: ${"x".repeat(70_000)}`,
      ]) {
        const socket = await open(server);
        socket.write(`GET /large HTTP/1.1\r\nHost: a\r\n\r\n${get(HOST)}${bad}`);
        const answer = contentOf(await read(socket));
        expect(digest(answer.subarray(0, LARGE.length))).toBe(digest(LARGE));
        const behind = answer.subarray(LARGE.length).toString("latin1");
        expect(behind.slice(0, behind.indexOf("twelve bytes"))).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
        expect(behind.slice(behind.indexOf("twelve bytes") + 12)).toMatch(/^HTTP\/1\.1 (?:400|431|501) /);
      }
    });
  });
}

function digest(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

test("each refusal of a request is a line of the log", async () => {
  const server = await start("one process");
  await converse(server, get(HOST, HOST));
  await converse(server, get(HOST, "Transfer-Encoding: foo"));
  await converse(server, "GET /a.txt?secret HTTP/2.0\r\n\r\n");
  await server.command.line(/version/);
  expect(server.command.lines.slice(1)).toEqual([
    expect.stringMatching(/^GET \/a\.txt 400 12 bytes \S+ ms bad-request$/),
    expect.stringMatching(/^GET \/a\.txt 501 16 bytes \S+ ms not-implemented$/),
    expect.stringMatching(/^GET \/a\.txt 505 27 bytes \S+ ms version-not-supported$/),
  ]);
});

describe.each(["one process", "TLS"] as const)("%s, --timeout 1", (kind) => {
  test("responds to a head that doesn't come to its end with 408", async () => {
    const server = await start(kind, "--timeout", "1");
    for (const begun of ["GET /a.txt HTTP/1.1\r\n", "GET /a.txt"]) {
      const socket = await open(server);
      socket.write(begun);
      // Where nothing comes at all, the connection is cut.
      const drip = setInterval(() => socket.write("x"), 100);
      afterwards(() => clearInterval(drip));
      expectError((await read(socket)).toString("latin1"), 408, "Request Timeout");
      clearInterval(drip);
    }
  });

  test("sends no second response where the content of a request doesn't come to its end", async () => {
    const server = await start(kind, "--timeout", "1");
    const text = await converse(server, "POST /a.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 405"]);
  });

  test("frees the descriptors of clients that have ended their side and don't read, or are gone", async () => {
    const server = await start(kind, "--timeout", "1");
    await converse(server, get(HOST, "Connection: close"));
    const before = await settledDescriptors(server.command);
    const request = "GET /large HTTP/1.1\r\nHost: a\r\n\r\n";
    const stalled = await open(server);
    stalled.end(request);
    await new Promise((resolve) => stalled.once("readable", resolve));
    for (const cut of ["destroy", kind === "TLS" ? "destroy" : "resetAndDestroy"] as const) {
      const gone = await open(server);
      gone.end(request);
      await new Promise((resolve) => gone.once("readable", resolve));
      gone[cut]();
    }
    await server.command.linesLike(/large.*aborted$/, 3);
    await untilDescriptors(server.command, before);
  });
});

describe("HTTP/2", () => {
  /** The status of a request; an error of its stream where the request itself was malformed. */
  async function statusOf(server: Server, fields: Readonly<Record<string, string>>): Promise<number> {
    const session = connectHttp2(server.url, { ca: server.ca! });
    afterwards(() => session.destroy());
    session.on("error", () => undefined);
    const stream = session.request({ ":path": "/a.txt", ...fields });
    stream.on("error", () => undefined);
    return new Promise((resolve) => {
      stream.once("response", (head) => resolve(Number(head[":status"])));
      stream.once("close", () => resolve(0));
      stream.resume();
    });
  }

  test("refuses an authority that is no host, and another host beside it", async () => {
    const server = await start("TLS");
    for (const authority of ["user@a", "a:b", "a:80:80", "[z]"]) {
      expect([0, 400]).toContain(await statusOf(server, { ":authority": authority }));
    }
    // These every Node refuses by itself, with an error of the stream.
    for (const authority of ["a/b", "a b"])
      expect(await statusOf(server, { ":authority": authority })).toBe(0);
    expect(await statusOf(server, { ":authority": "a", host: "b" })).toBe(400);
    expect(await statusOf(server, { ":authority": "a:443", host: "A:443" })).toBe(200);
    expect(await statusOf(server, { ":authority": "[::1]" })).toBe(200);
    await server.command.line(/^GET \/a\.txt 400 12 bytes \S+ ms bad-request$/);
  });

  test.each([[[]], [["--workers", "2"]]])(
    "lets a session end whose client ends its side, with %j",
    async (flags) => {
      const server = await start("TLS", ...flags);
      await statusOf(server, {});
      const before = await settledDescriptors(server.command);
      const socket = connectTls({
        port: Number(server.url.port),
        host: "127.0.0.1",
        ca: server.ca!,
        ALPNProtocols: ["h2"],
      });
      afterwards(() => socket.destroy());
      const session = connectHttp2(server.url, { createConnection: () => socket });
      session.on("error", () => undefined);
      await new Promise((resolve) =>
        session.request({ ":path": "/a.txt" }).once("response", resolve).resume(),
      );
      socket.end();
      await untilDescriptors(server.command, before);
      expect(
        await until(
          () => session.closed || session.destroyed || undefined,
          () => "an end of the session",
        ),
      ).toBe(true);
    },
  );
});
