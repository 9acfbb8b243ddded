// Whether the time of a guard's deny(404) tells a file that exists from one that doesn't.
// Run: npm run build && node bench/denied.js [ROUNDS]
//
// Each round asks for an existing file and for two missing ones, in random order over one connection that is kept. The
// medians of the existing and a missing file should differ by no more than those of the two missing files, which is the noise.

import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { deny, stet } from "../dist/index.js";

const [role = "10000", folder = ""] = process.argv.slice(2);

/** Names of one length, so that the requests are, too. */
const FILES = /** @type {const} */ (["exists", "lacks1", "lacks2"]);

if (role === "server") serve(folder);
else await measure(Number(role));

/** @param {string} root */
function serve(root) {
  const { node } = stet(root, { guard: () => deny(404) });
  const server = createServer((request, response) => void node(request, response));
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    process.send?.(typeof address === "object" ? address?.port : undefined);
  });
}

/** @param {number} rounds */
async function measure(rounds) {
  const root = mkdtempSync(join(tmpdir(), "stet-denied-"));
  mkdirSync(join(root, "folder"));
  for (const name of ["exists.txt", "exists.txt.gz"]) {
    writeFileSync(join(root, "folder", name), "text");
    utimesSync(join(root, "folder", name), 1e9, 1e9);
  }
  const child = fork(fileURLToPath(import.meta.url), ["server", root]);
  try {
    const [port] = await once(child, "message");
    const times = await ask(Number(port), rounds);
    const [exists, lacks1, lacks2] = FILES.map((name) => median(times[name]));
    console.log(`median of an existing file    ${exists} µs`);
    console.log(`medians of two missing files  ${lacks1} µs, ${lacks2} µs`);
    console.log(`existing and missing differ by   ${Math.abs(exists - (lacks1 + lacks2) / 2).toFixed(2)} µs`);
    console.log(`the two missing ones differ by   ${Math.abs(lacks1 - lacks2).toFixed(2)} µs`);
  } finally {
    child.kill();
    rmSync(root, { recursive: true });
  }
}

/**
 * @param {number} port
 * @param {number} rounds
 */
async function ask(port, rounds) {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  /** @type {Record<(typeof FILES)[number], number[]>} */
  const times = { exists: [], lacks1: [], lacks2: [] };
  const warmUp = Math.ceil(rounds / 5);
  for (let round = -warmUp; round < rounds; round++) {
    for (const name of FILES.toSorted(() => Math.random() - 0.5)) {
      const start = process.hrtime.bigint();
      socket.write(`GET /folder/${name}.txt HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      const [chunk] = await once(socket, "data");
      const time = Number(process.hrtime.bigint() - start) / 1000;
      if (!String(chunk).endsWith("\r\n\r\nNot Found\n")) throw new Error(`unexpected: ${chunk}`);
      if (round >= 0) times[name].push(time);
    }
  }
  socket.destroy();
  return times;
}

/** @param {readonly number[]} values */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.floor(sorted.length / 2)] ?? 0) * 100) / 100;
}
