import { closeSync, ftruncateSync, mkdirSync, openSync, utimesSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "vitest";
import { stopTheClock } from "../support/stop-the-clock.ts";
import { complaints, type Row, type RowAnswer, type RowContent, ROWS } from "./rows.ts";

const OLD = new Date("2020-01-01T00:00:00Z");
const FUTURE = new Date("2100-01-01T00:00:00Z");
const CONTENT = Buffer.from(Array.from({ length: 1000 }, (_, index) => (index * 7) % 251));
const GZIPPED = Buffer.concat([gzipSync(CONTENT), Buffer.alloc(1024)]).subarray(0, 400);

/** The rows that can be asked of any file server. */
export const PORTABLE_ROWS: readonly Row[] = ROWS.filter((row) => row.portable);

/** Where another conforming answer comes: Node's own parser refuses an unknown method, and the seed's `; length=`. */
export const OTHERWISE: ReadonlySet<string> = new Set(["A09", "C28"]);

/** What the files of the rows are served with. */
export const ROWS_OPTIONS = { cacheControl: "max-age=60" };

/** Writes the files that the portable rows ask for. */
export function writeRowFiles(root: string): void {
  const write = (name: string, content: Uint8Array, modified = OLD): void => {
    writeFileSync(join(root, name), content);
    utimesSync(join(root, name), modified, modified);
  };
  mkdirSync(join(root, "dir"), { recursive: true });
  write("file.txt", CONTENT);
  write("sub.txt", CONTENT, new Date(OLD.getTime() + 900));
  write("empty.txt", Buffer.alloc(0));
  write("one.txt", Buffer.from("x"));
  write("gz.txt", CONTENT);
  write("gz.txt.gz", GZIPPED);
  write("future.txt", CONTENT, FUTURE);
  write("recent.txt", CONTENT, new Date());
  write("rewrite.txt", CONTENT, new Date());
  const big = openSync(join(root, "big.txt"), "w");
  ftruncateSync(big, 5_000_000_000);
  closeSync(big);
  utimesSync(join(root, "big.txt"), OLD, OLD);
}

/** A server of these files. */
export interface RowServer {
  readonly root: string;
  readonly port: number;
}

/**
 * Asks for a row twice, since what is asked a second time may be known.
 *
 * @param recommended whether the status must be the row's own, or any that conforms will do
 * @returns what is wrong with the answers
 */
export async function rowComplaints(
  row: Row,
  { root, port }: RowServer,
  recommended: boolean,
): Promise<readonly string[]> {
  if (row.fixture === "RECENT") {
    stopTheClock();
    utimesSync(join(root, "recent.txt"), new Date(), new Date());
  }
  const tags = await tagsOf(row, port);
  const lines = row.request_headers.map((line) => translate(row, tags, line));
  const translated = translateExpectation(row, tags);
  const answers = [
    await ask(port, row.method, row.target, lines),
    await ask(port, row.method, row.target, lines),
  ];
  return answers.flatMap((answer) => complaints(translated, toRowAnswer(row, answer), recommended));
}

/** J17: a file of the same size, rewritten within the second, never keeps a strong tag. @returns both tags */
export async function tagsOfRewritten({ root, port }: RowServer): Promise<readonly string[]> {
  const first = await ask(port, "GET", "/rewrite.txt", []);
  writeFileSync(join(root, "rewrite.txt"), Buffer.from(CONTENT).reverse());
  const second = await ask(port, "GET", "/rewrite.txt", []);
  writeFileSync(join(root, "rewrite.txt"), CONTENT);
  return [first, second].map(({ fields }) => fields.get("etag") ?? "");
}

interface Tags {
  readonly identity: string;
  readonly gzip: string;
}

/** The rows speak of "v1" and "v1-gz": the tags that the server gives these files stand in their place. */
async function tagsOf({ target }: Row, port: number): Promise<Tags> {
  const tag = async (fields: readonly (readonly [string, string])[]): Promise<string> =>
    /"(.*)"/.exec((await ask(port, "HEAD", target, fields)).fields.get("etag") ?? "")?.[1] ?? "v1";
  return { identity: await tag([]), gzip: await tag([["Accept-Encoding", "gzip"]]) };
}

function withTags(text: string, tags: Tags): string {
  return text
    .replaceAll("v1-gz", tags.gzip)
    .replaceAll("v1", tags.identity)
    .replaceAll("V1", tags.identity.toUpperCase());
}

function translate(
  row: Row,
  tags: Tags,
  [name, value]: readonly [string, string],
): readonly [string, string] {
  if (row.fixture === "RECENT")
    return [name, value.replace(row.representation.now, new Date().toUTCString())];
  return [name, withTags(value, tags)];
}

function translateExpectation(row: Row, tags: Tags): Row {
  const equals = Object.entries(row.expect.header_equals ?? {}).map(([name, value]) => [
    name,
    name === "ETag" ? withTags(value, tags) : value,
  ]);
  return { ...row, expect: { ...row.expect, header_equals: Object.fromEntries(equals) } };
}

interface RawAnswer {
  readonly status: number;
  readonly fields: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** Over a bare socket: nothing in between repairs the request or the answer. */
function ask(
  port: number,
  method: string,
  target: string,
  fields: readonly (readonly [string, string])[],
): Promise<RawAnswer> {
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    const chunks: Buffer[] = [];
    let kept = 0;
    socket.on("error", reject);
    socket.on("data", (chunk: Buffer) => {
      // Of the file of 5 GB the head and the first bytes are enough.
      if (kept < 64 * 1024) chunks.push(chunk);
      else socket.destroy();
      kept += chunk.length;
    });
    socket.on("close", () => resolve(parseAnswer(Buffer.concat(chunks))));
    socket.write(
      `${method} ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${lines}\r\n`,
      "latin1",
    );
  });
}

function parseAnswer(raw: Buffer): RawAnswer {
  const end = raw.indexOf("\r\n\r\n");
  const [start = "", ...lines] = raw.subarray(0, end).toString("latin1").split("\r\n");
  const fields = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status: Number(start.split(" ")[1]), fields: new Map(fields), body: raw.subarray(end + 4) };
}

function toRowAnswer(row: Row, { status, fields, body }: RawAnswer): RowAnswer {
  return { status, fields, content: toContent(row, { status, fields, body }) };
}

function fileOf({ target }: Row, fields: RawAnswer["fields"]): Buffer {
  // A 206 to an If-Range doesn't repeat the coding, but tells the whole length.
  const isPartOfGzip = fields.get("content-range")?.endsWith(`/${GZIPPED.length}`) === true;
  if (fields.get("content-encoding") === "gzip" || isPartOfGzip) return GZIPPED;
  if (target === "/empty.txt") return Buffer.alloc(0);
  return target === "/one.txt" ? Buffer.from("x") : CONTENT;
}

function toContent(row: Row, { status, fields, body }: RawAnswer): RowContent {
  if (status === 206) return toParts(row, fields, body);
  if (status === 200 && row.method === "GET" && row.fixture !== "BIG") {
    if (body.equals(fileOf(row, fields))) return { kind: "full", length: body.length };
  }
  return body.length === 0 ? { kind: "none" } : { kind: "other", length: body.length };
}

function toParts(row: Row, fields: RawAnswer["fields"], body: Buffer): RowContent {
  const type = fields.get("content-type") ?? "";
  const boundary = /^multipart\/byteranges; ?boundary=(\S+)$/.exec(type)?.[1];
  if (boundary === undefined) {
    return { kind: "parts", multipart: false, ranges: [rangeOf(row, fields, body)], length: body.length };
  }
  expect(body.toString("latin1").endsWith(`\r\n--${boundary}--\r\n`)).toBe(true);
  const parts = body.toString("latin1").split(`\r\n--${boundary}`).slice(1, -1);
  const ranges = parts.map((part) => {
    const { fields: partFields, body: partBody } = parseAnswer(Buffer.from(`HTTP/1.1 206${part}`, "latin1"));
    return rangeOf(row, partFields, partBody);
  });
  return { kind: "parts", multipart: true, ranges, length: body.length };
}

/** The range that Content-Range tells, where the bytes are those of the file at that place. */
function rangeOf(row: Row, fields: RawAnswer["fields"], bytes: Buffer): string {
  const [, first, last] = /^bytes (\d+)-(\d+)\/\d+$/.exec(fields.get("content-range") ?? "") ?? [];
  const expected =
    row.fixture === "BIG"
      ? Buffer.alloc(Number(last) - Number(first) + 1)
      : fileOf(row, fields).subarray(Number(first), Number(last) + 1);
  return bytes.equals(expected) ? `${first}-${last}` : "bytes of elsewhere";
}
