/** Milliseconds within which a document that a reader gets again is the same download. */
const ONE_DOWNLOAD = 60 * 60 * 1000;

/**
 * Counts downloads. A video that is watched is forty requests, and a download that was cut and resumed is two: what counts is
 * that the first bytes go out, and once in an hour for each reader. So it is the same whoever sends the files.
 *
 * @param {import("./store.js").Store} store
 * @returns {(event: import("stet").Delivered) => Promise<void>}
 */
export function toCount(store) {
  /** @type {Map<string, number>} when each was counted, the oldest first */
  const counted = new Map();
  return async (event) => {
    if (!hasFirstBytes(event)) return;
    const now = Date.now();
    for (const [download, time] of counted) {
      if (now - time < ONE_DOWNLOAD) break;
      counted.delete(download);
    }
    const download = `${readerOf(event)} ${event.path}`;
    if (counted.has(download)) return;
    counted.set(download, now);
    await store.change(({ documents }) => {
      for (const document of documents) if (document.id === event.path) document.downloads += 1;
    });
  };
}

/** @param {import("stet").Delivered} event */
function hasFirstBytes({ request, judged, ranges }) {
  if (request.method !== "GET") return false;
  return judged === "full" || ranges.some(({ firstPos }) => firstPos === 0);
}

/** @param {import("stet").Delivered} event */
function readerOf({ request: { native } }) {
  // It is the request that Express gave to our own handler.
  const request = /** @type {import("express").Request} */ (native);
  return request.res?.locals["user"].name;
}
