// Reads one file over many connections and throws it away: at full speed, again and again, or slowly.
//
//   node reader.js PORT PATH LENGTH CONNECTIONS fast|slow
//
// Tells its parent "ready" once every connection has begun to receive, and answers each message with what came so far.

import { connect } from "node:net";
import process from "node:process";

const [, , port = "", path = "", length = "", connections = "", pace = ""] = process.argv;

/** A read takes at most so much, so one pass of the event loop moves a good deal. Bytes. */
const BUFFER_LENGTH = { fast: 1024 * 1024, slow: 64 * 1024 }[pace] ?? 0;

/** A slow reader takes one buffer, then waits: 256 KiB a second. Milliseconds. */
const PAUSE = 250;

/** All bytes are thrown away, so all connections read into the same place. */
const buffer = Buffer.allocUnsafe(BUFFER_LENGTH);

/** @type {{ bytes: number, failure?: string }} */
const totals = { bytes: 0 };
let beginnings = 0;

for (let index = 0; index < Number(connections); index += 1) read();

process.on("message", () => process.send?.(totals));
process.on("disconnect", () => process.exit());

function read() {
  let received = 0;
  const socket = connect({
    host: "127.0.0.1",
    port: Number(port),
    onread: {
      buffer,
      callback: (count) => {
        if (received === 0) begin();
        received += count;
        totals.bytes += count;
        if (pace === "fast") return true;
        setTimeout(() => socket.resume(), PAUSE);
        return false;
      },
    },
  });
  socket.on("error", (error) => fail(error.message));
  socket.on("close", () => {
    if (received < Number(length)) fail(`a transfer ended after ${received} bytes`);
    else read();
  });
  socket.write(`GET /${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`);
}

function begin() {
  if (buffer.toString("latin1", 9, 12) !== "200") fail("a status other than 200");
  beginnings += 1;
  if (beginnings === Number(connections)) process.send?.("ready");
}

/** The first failure is told; no connection is opened in its place. @param {string} reason */
function fail(reason) {
  totals.failure ??= reason;
}
