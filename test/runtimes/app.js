// What every runtime serves: the same policies, from the packed package.

import { memory, stet } from "stet";

const held = stet(
  memory({
    "page.html": { content: "<p>page", lastModified: new Date("2024-03-10T10:00:00Z"), entityTag: '"page"' },
    "page.html.gz": Uint8Array.of(0x1f, 0x8b, 0x08),
    "large.bin": Uint8Array.from({ length: 3_000_000 }, (_, index) => index % 251),
    "empty.txt": "",
  }),
  { prefix: "/memory" },
);

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
    const { pathname } = new URL(request.url);
    if (pathname === "/runtime") return toText(runtime);
    if (pathname === "/told") return toText(JSON.stringify(told));
    if (pathname.startsWith("/archive/") && archive !== undefined) return archive(request);
    return pathname.startsWith("/files/") && files !== undefined ? files(request) : held.fetch(request);
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
