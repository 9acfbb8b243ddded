// Reads one file again and again over many connections and throws it away, at full speed or slowly.
//
//   node reader.js http|https|h2 PORT PATH LENGTH CONNECTIONS fast|slow
//
// Over HTTP/1.1, each time on a new connection; over HTTP/2, as one of several streams of a connection that stays.
//
// Tells its parent "ready" once every connection has begun to receive, and answers each message with what came so far.

import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import process from "node:process";
import { connect as connectTls } from "node:tls";

const [, , protocol = "", port = "", path = "", length = "", connections = "", pace = ""] = process.argv;

/** A read takes at most so much, so one pass of the event loop moves a good deal. Bytes. */
const BUFFER_LENGTH = { fast: 1024 * 1024, slow: 64 * 1024 }[pace] ?? 0;

/** A slow reader takes one buffer, then waits: 256 KiB a second. Milliseconds. */
const PAUSE = 250;

/** Over HTTP/2, so many readers share a connection. */
const STREAMS = 8;

/** What a browser lets a server send before it has read any of it, on a stream and on a connection. Bytes. */
const WINDOW = 6 * 1024 * 1024;
const CONNECTION_WINDOW = 16 * 1024 * 1024;

/** The certificate is the bench's own. */
const ADDRESS = { host: "127.0.0.1", port: Number(port), rejectUnauthorized: false };

/** All bytes are thrown away, so all connections read into the same place. */
const buffer = Buffer.allocUnsafe(BUFFER_LENGTH);

/** @type {{ bytes: number, requests: number, failure?: string }} */
const totals = { bytes: 0, requests: 0 };
let beginnings = 0;

for (let left = Number(connections); left > 0;) {
  if (protocol !== "h2") readHttp1();
  else readTogether(Math.min(left, STREAMS));
  left -= protocol === "h2" ? STREAMS : 1;
}

process.on("message", () => process.send?.(totals));
process.on("disconnect", () => process.exit());

function readHttp1() {
  let received = 0;
  const options = {
    ...ADDRESS,
    onread: {
      buffer,
      /** @param {number} count */
      callback: (count) => {
        if (received === 0) begin(buffer.toString("latin1", 9, 12));
        received += count;
        totals.bytes += count;
        if (pace === "fast") return true;
        setTimeout(() => socket.resume(), PAUSE);
        return false;
      },
    },
  };
  const socket = protocol === "https" ? connectTls(options) : connect(options);
  socket.on("error", (error) => fail(error.message));
  socket.on("close", () => end(received, readHttp1));
  socket.write(`GET /${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`);
}

/** @param {number} streams */
function readTogether(streams) {
  const session = connectHttp2(`https://127.0.0.1:${port}`, {
    ...ADDRESS,
    settings: { initialWindowSize: WINDOW },
  });
  session.on("error", (error) => fail(error.message));
  session.on("connect", () => session.setLocalWindowSize(CONNECTION_WINDOW));
  for (let index = 0; index < streams; index += 1) readHttp2(session);
}

/** @param {import("node:http2").ClientHttp2Session} session */
function readHttp2(session) {
  let received = 0;
  let sincePause = 0;
  const stream = session.request({ ":path": `/${path}` });
  stream.on("response", ({ ":status": status }) => begin(String(status)));
  stream.on("data", (/** @type {Buffer} */ chunk) => {
    received += chunk.length;
    totals.bytes += chunk.length;
    sincePause += chunk.length;
    if (pace === "fast" || sincePause < BUFFER_LENGTH) return;
    sincePause = 0;
    stream.pause();
    setTimeout(() => stream.resume(), PAUSE);
  });
  stream.on("error", (error) => fail(error.message));
  stream.on("close", () => end(received, () => readHttp2(session)));
}

/** @param {string} status */
function begin(status) {
  if (status !== "200") fail("a status other than 200");
  beginnings += 1;
  if (beginnings === Number(connections)) process.send?.("ready");
}

/**
 * @param {number} received bytes
 * @param {() => void} again
 */
function end(received, again) {
  if (received < Number(length)) {
    fail(`a transfer ended after ${received} bytes`);
    return;
  }
  totals.requests += 1;
  again();
}

/** The first failure is told; no connection is opened in its place. @param {string} reason */
function fail(reason) {
  totals.failure ??= reason;
}
