/** What is judged of a file, or follows from it: it always replaces what the application has set before. */
export const JUDGED: ReadonlySet<string> = new Set([
  "accept-ranges",
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
  "date",
  "etag",
  "last-modified",
  "location",
  "x-accel-redirect",
  "x-sendfile",
]);

/** Lists of which the application's part and ours both hold: what the answer depends on, and what it may not do. */
export const JOINED: ReadonlySet<string> = new Set(["content-security-policy", "vary"]);
