// What every runtime serves: the same policies, from the packed package.

import { Hono } from "hono";
import { memory, stet } from "stet";
import { stetHono } from "stet/hono";

const held = stet(
  memory({
    "page.html": { content: "<p>page", lastModified: new Date("2024-03-10T10:00:00Z"), entityTag: '"page"' },
    "page.html.gz": Uint8Array.of(0x1f, 0x8b, 0x08),
    "large.bin": Uint8Array.from({ length: 3_000_000 }, (_, index) => index % 251),
    "empty.txt": "",
  }),
  { prefix: "/memory" },
);

/** A guard by path in front of the files, as an application of Hono's has it. */
const guarded = new Hono();
guarded.use("/guarded/private/*", (context) => context.text("no entry", 403));
guarded.use("/guarded/*", stetHono(stet(memory({ "page.html": "<p>page", "private/a.txt": "the secret" }))));

/** @type {string[]} */
const told = [];

/**
 * @param {string} runtime what the runtime calls itself
 * @param {import("stet").Stet["fetch"]} [files] what serves a folder, where there is a file system
 * @param {import("stet").Stet["fetch"]} [archive] what serves an archive, there
 * @returns {(request: Request) => Promise<Response>}
 */
export function toFetch(runtime, files, archive) {
  return async (request) => {
    // What the server gives is no URL for each request that it takes.
    const { url } = request;
    if (url.endsWith("/runtime")) return toText(runtime);
    if (url.endsWith("/told")) return toText(JSON.stringify(told));
    if (url.includes("/guarded/")) return guarded.fetch(request);
    if (url.includes("/archive/") && archive !== undefined) return archive(request);
    return url.includes("/files/") && files !== undefined ? files(request) : held.fetch(request);
  };
}

/** @param {string} text */
function toText(text) {
  return new Response(text, { headers: { "Content-Length": String(text.length) } });
}

/** @param {{ status: number, bytes: number, aborted: boolean }} event */
export function tell({ status, bytes, aborted }) {
  told.push(`${status} ${aborted ? "aborted" : bytes}`);
}

/** @param {{ status: number, path: string | undefined }} event of every policy of the process */
export function tellHeard({ status, path }) {
  told.push(`heard ${status} ${path}`);
}
