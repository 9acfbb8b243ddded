// npm run measure:path: how many functions of stet run for one request, in how many files, by V8's precise coverage. These are the
// files that a newcomer has to open to follow it.
//
// The request ends in a 304 by If-None-Match. "first" is the first one for a file, "cached" is one that the cache answers. With
// --files, the names of the files are printed, too.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, get } from "node:http";
import { Session } from "node:inspector/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { stet } from "../dist/index.js";

const DIST = new URL("../dist/", import.meta.url).href;

/** The cache keeps no file that changed within the last two seconds: the clock is moved past them. Milliseconds. */
const HOUR = 3_600_000;
const now = Date.now;
Date.now = () => now() + HOUR;

/**
 * @typedef {{ status: number, tag: string }} Result
 * @typedef {{ ask: (path: string, tag?: string) => Promise<Result>, close: () => void }} Client
 */

const session = new Session();
session.connect();
await session.post("Profiler.enable");
await measureHandler("files.node", startNode);
await measureHandler("files.fetch", startFetch);
session.disconnect();

/**
 * @param {string} name
 * @param {(root: string) => Promise<Client>} start
 */
async function measureHandler(name, start) {
  const root = mkdtempSync(join(tmpdir(), "stet-path-"));
  for (const file of ["other.txt", "hello.txt"]) writeFileSync(join(root, file), "Hello, reader.\n");
  const tag = await tagOf(root, "/hello.txt");
  const { ask, close } = await start(root);
  try {
    // Another file is asked for before: what runs once in a process is no part of a request.
    for (const condition of [undefined, "*", "*"]) await ask("/other.txt", condition);
    await measure(`${name}, first`, () => ask("/hello.txt", tag));
    // The cache makes its answer once; from then on it only sends it.
    await ask("/hello.txt", tag);
    await measure(`${name}, cached`, () => ask("/hello.txt", tag));
  } finally {
    close();
    rmSync(root, { recursive: true });
  }
}

/**
 * @param {string} root
 * @param {string} path
 */
async function tagOf(root, path) {
  const response = await stet(root).fetch(new Request(`http://localhost${path}`));
  return response.headers.get("etag") ?? "";
}

/**
 * @param {string} label
 * @param {() => Promise<Result>} ask
 */
async function measure(label, ask) {
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  await session.post("Profiler.takePreciseCoverage");
  const { status } = await ask();
  const { result } = await session.post("Profiler.takePreciseCoverage");
  await session.post("Profiler.stopPreciseCoverage");
  if (status !== 304) throw new Error(`${label}: the response is a ${status}, not a 304`);
  const files = result
    .filter(({ url }) => url.startsWith(DIST))
    .map(({ url, functions }) => ({ url, count: functions.filter(hasRun).length }))
    .filter(({ count }) => count > 0);
  const functions = files.reduce((sum, { count }) => sum + count, 0);
  console.log(`${label}: ${functions} functions in ${files.length} files`);
  if (!process.argv.includes("--files")) return;
  for (const { url, count } of files) console.log(`  ${url.slice(DIST.length)} ${count}`);
}

/** @param {import("node:inspector").Profiler.FunctionCoverage} coverage */
function hasRun({ functionName, ranges }) {
  return functionName !== "" && ranges.some(({ count }) => count > 0);
}

/**
 * @param {string} root
 * @returns {Promise<Client>}
 */
async function startNode(root) {
  const server = createServer(stet(root).node);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  /** @type {Client["ask"]} */
  const ask = (path, tag) =>
    new Promise((resolve, reject) => {
      const headers = tag === undefined ? {} : { "If-None-Match": tag };
      get({ host: "127.0.0.1", port, path, headers }, (response) => {
        response.resume();
        response.once("end", () =>
          resolve({ status: response.statusCode ?? 0, tag: String(response.headers.etag) }),
        );
      }).once("error", reject);
    });
  return { ask, close: () => void server.close() };
}

/**
 * @param {string} root
 * @returns {Promise<Client>}
 */
async function startFetch(root) {
  const files = stet(root);
  return {
    ask: async (path, tag) => {
      const headers = tag === undefined ? {} : { "If-None-Match": tag };
      const response = await files.fetch(new Request(`http://localhost${path}`, { headers }));
      await response.arrayBuffer();
      return { status: response.status, tag: response.headers.get("etag") ?? "" };
    },
    close: () => undefined,
  };
}
