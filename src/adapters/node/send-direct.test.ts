import { writeSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { listening } from "../../../test/support/listen.ts";
import { noise } from "../../../test/support/noise.ts";
import { unopenedOf } from "../../../test/support/unopened.ts";
import type { StreamDelivery } from "../../deliveries/delivery.ts";
import type { Direct } from "../../deliveries/direct.ts";
import { connectionOf } from "./connection.ts";
import { directLineOf } from "./direct-line.ts";
import { sendDirect } from "./send-direct.ts";
import type { Sent } from "../../observe/report.ts";

const LENGTH = 1_000_003;
const CONTENT = noise(LENGTH, "send-direct");
const WHOLE: StreamDelivery["pieces"] = [{ firstPos: 0, lastPos: LENGTH - 1 }];

/** Moves and reads what is in memory. */
const ORDINARY: Direct = {
  way: "copy",
  move: (socket, position, length) => writeSync(socket, CONTENT, position, length),
  read: (into, position) => CONTENT.copy(into, 0, position, position + into.length),
  confirmGrowth: () => Promise.resolve(false),
};

interface Outcome {
  readonly sent: Sent;
  /** What came to the client after the head. */
  readonly content: Buffer;
  /** What of it Node has seen. */
  readonly bytesWritten: number;
}

/** Sends once, over a connection that is then closed. */
async function send(direct: Direct, pieces = WHOLE): Promise<Outcome> {
  const server = createServer({ keepAlive: false });
  const sending = new Promise<Omit<Outcome, "content">>((resolve, reject) => {
    server.on("request", (request, response) => {
      const line = directLineOf(request, response);
      if (line === undefined) return reject(new Error("There is no direct line."));
      const { socket } = request;
      response.writeHead(200, { "Content-Length": LENGTH, Connection: "close" });
      const delivery: StreamDelivery = { kind: "stream", open: OPEN, pieces, length: LENGTH };
      sendDirect(line, delivery, direct, connectionOf(request, response)).then(
        (sent) => resolve({ sent, bytesWritten: socket.bytesWritten }),
        reject,
      );
    });
  });
  const client = connect(await listening(server), "127.0.0.1");
  client.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const chunks: Buffer[] = [];
  for await (const chunk of client) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  server.close();
  const received = Buffer.concat(chunks);
  return { ...(await sending), content: received.subarray(received.indexOf("\r\n\r\n") + 4) };
}

const OPEN: StreamDelivery["open"] = {
  ...unopenedOf(LENGTH),
  read: () => Promise.reject(new Error("It is read past this.")),
};

describe("sendDirect()", () => {
  it("sends all, of which Node sees little", async () => {
    const { sent, content, bytesWritten } = await send(ORDINARY);
    expect(sent).toEqual({ bytes: LENGTH, aborted: false, delivery: "copy" });
    expect(content.equals(CONTENT)).toBe(true);
    expect(bytesWritten).toBeLessThan(LENGTH / 2);
  });

  it("sends pieces in order, bytes and ranges", async () => {
    const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
    const { content } = await send(ORDINARY, [
      bytes("first"),
      { firstPos: 10, lastPos: 500_000 },
      bytes("second"),
      { firstPos: 600_000, lastPos: 600_009 },
      bytes("third"),
    ]);
    const expected = [
      "first",
      CONTENT.subarray(10, 500_001),
      "second",
      CONTENT.subarray(600_000, 600_010),
      "third",
    ];
    expect(content.equals(Buffer.concat(expected.map((piece) => Buffer.from(piece))))).toBe(true);
  });

  it("sends all where nothing can be moved", async () => {
    const { sent, content } = await send({ ...ORDINARY, move: () => 0 });
    expect([sent.bytes, sent.aborted, content.equals(CONTENT)]).toEqual([LENGTH, false, true]);
  });

  it("never moves the last bytes: they leave when all before them were of the version promised", async () => {
    const ends: number[] = [];
    const { sent, content } = await send({
      ...ORDINARY,
      move(socket, position, length) {
        ends.push(position + length);
        return ORDINARY.move(socket, position, length);
      },
      read(into, position) {
        if (position + into.length === LENGTH) throw new Error("changed");
        return ORDINARY.read(into, position);
      },
    });
    expect(Math.max(...ends)).toBe(LENGTH - 4096);
    expect([sent.aborted, content.length]).toEqual([true, LENGTH - 4096]);
  });

  it("breaks the connection where the file has changed", async () => {
    const { sent, content } = await send({
      ...ORDINARY,
      move(socket, position, length) {
        if (position > 0) throw new Error("changed");
        return ORDINARY.move(socket, position, length);
      },
    });
    expect([sent.aborted, sent.bytes, content.length]).toEqual([true, 262_144, 262_144]);
  });

  it("waits the ordinary way where a move has filled the socket, before it moves again", async () => {
    const moves: number[] = [];
    const reads: number[] = [];
    const { content } = await send({
      ...ORDINARY,
      move(socket, position, length) {
        moves.push(position);
        return ORDINARY.move(socket, position, moves.length === 2 ? 1000 : length);
      },
      read(into, position) {
        reads.push(position);
        return ORDINARY.read(into, position);
      },
    });
    expect(content.equals(CONTENT)).toBe(true);
    expect([moves.slice(0, 3), reads.slice(0, 1)]).toEqual([[0, 262_144, 267_240], [263_144]]);
  });
});
