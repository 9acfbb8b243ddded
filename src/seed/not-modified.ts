/** What {@link notModified} takes. */
export interface NotModifiedOptions {
  /** The fields that the 200 would carry. Those that don't belong on a 304 are left out. */
  readonly headers?: HeadersInit;
}

/**
 * Fields about content, on an answer that has none. A cache would write some of them over what it stored.
 */
const CONTENT_FIELDS: readonly string[] = [
  "Content-Digest",
  "Content-Disposition",
  "Content-Encoding",
  "Content-Language",
  "Content-Length",
  "Content-Range",
  "Content-Type",
  "Repr-Digest",
];

/**
 * `304 Not Modified`: the client's copy stands. The seed's `HttpResponseNotModified`.
 *
 * Pass the fields of the 200. Of these it keeps Date, ETag, Cache-Control, Expires, Vary, Content-Location and
 * all else that isn't about the content: no Content-Type, and a Last-Modified only where there is no ETag.
 *
 * @throws TypeError where content is passed, or anything but `headers`.
 * @see RFC 9110 §15.4.5
 * @example
 * return notModified({ headers: { ETag: '"v1"', "Cache-Control": "max-age=60" } });
 */
export function notModified(options: NotModifiedOptions = {}): Response {
  refuseContent(options);
  const headers = new Headers(options.headers);
  for (const name of CONTENT_FIELDS) headers.delete(name);
  if (headers.has("ETag")) headers.delete("Last-Modified");
  return new Response(null, { status: 304, headers });
}

/** Types stop most of this; but untyped callers have `new Response(body, init)` in mind, and lose it in silence. */
function refuseContent(options: NotModifiedOptions): void {
  const tag = Object.prototype.toString.call(options);
  if (tag !== "[object Object]") throw refusal(tag.slice("[object ".length, -1));
  for (const [name, value] of Object.entries(options)) {
    if (name !== "headers" && value !== undefined && value !== null) throw refusal(JSON.stringify(name));
  }
}

function refusal(what: string): TypeError {
  return new TypeError(
    `notModified() takes only { headers }, and got ${what}. A 304 has no content: ` +
      "leave it out, or send what has changed with new Response(content).",
  );
}
