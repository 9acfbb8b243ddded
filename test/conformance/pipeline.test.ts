import { describe, expect, it } from "vitest";
import { toPolicy } from "../../src/api/to-policy.ts";
import type { ByteRange, Representation } from "../../src/decision/representation.ts";
import type { Delivery } from "../../src/deliveries/delivery.ts";
import { serve } from "../../src/serve/serve.ts";
import type { Answer } from "../../src/serve/answer.ts";
import { type OpenRepresentation, type Source, SourceError } from "../../src/sources/source.ts";
import { policyFields, requestFields, toRepresentations } from "./row-input.ts";
import { complaints, type Row, type RowAnswer, type RowContent, ROWS } from "./rows.ts";

/** Not asked of the pipeline: stet serves no writable resource, so a PUT and a DELETE are 405 before all else. */
const WRITABLE = new Set(["B48", "B49"]);

/**
 * Where the pipeline's answer is the row's other conforming one: the seed's `; length=` is read on the way of a request.
 * See `decisions/0003-length-parameter.md`.
 */
const OTHERWISE = new Set(["C28"]);

describe("the pipeline holds for every row of RFC 9110, over a source with the row's own file", () => {
  for (const row of ROWS.filter(({ id }) => !WRITABLE.has(id))) {
    it(`${row.id} ${row.level}: ${row.title}`, async () => {
      expect(complaints(row, await ask(row), !OTHERWISE.has(row.id))).toEqual([]);
    });
  }
});

async function ask(row: Row): Promise<RowAnswer> {
  const opened = { now: 0 };
  const policy = {
    ...toPolicy({ onError: () => undefined }),
    clock: () => Date.parse(row.representation.now),
    fields: () => policyFields(row),
  };
  const request = { method: row.method, target: row.target, fields: requestFields(row) };
  const answer = await serve(request, rowSource(row, opened), policy, false);
  expect(opened.now, "everything that was opened is closed, or is being sent").toBe(
    answer.delivery.kind === "stream" ? 1 : 0,
  );
  const fields = new Map(answer.head.fields.map(([name, value]) => [name.toLowerCase(), value]));
  return { status: answer.head.status, fields, content: toContent(row, answer) };
}

/** A file whose byte at each position tells the position, so that what was sent can be told from the bytes. */
function rowSource(row: Row, opened: { now: number }): Source {
  const representations = toRepresentations(row);
  return {
    find: async (path) => {
      if (row.representation.authorized === false) throw new SourceError("forbidden");
      if (row.representation.exists === false) {
        return path === "dir" ? { kind: "directory", list: async () => [] } : undefined;
      }
      return {
        kind: "file",
        variants: representations,
        open: async (variant) => {
          const found = representations.find((each) => each.contentCoding === variant.contentCoding);
          if (found === undefined) return undefined;
          opened.now += 1;
          return openPositions(found, () => (opened.now -= 1));
        },
      };
    },
  };
}

function openPositions(representation: Representation, close: () => void): OpenRepresentation {
  return {
    representation,
    read: async (into, position) => {
      for (let index = 0; index < into.length; index++) into[index] = byteAt(position + index);
      return into.length;
    },
    close,
  };
}

function byteAt(position: number): number {
  return (position * 31 + Math.floor(position / 256)) % 251;
}

function toContent({ method, representation }: Row, { delivery, head, judged }: Answer): RowContent {
  if (delivery.kind === "none") {
    return judged === "full" && method === "GET" ? { kind: "full", length: 0 } : { kind: "none" };
  }
  if (judged !== "full" && judged !== "partial") return { kind: "other", length: lengthOf(delivery) };
  if (judged === "full") return { kind: "full", length: lengthOf(delivery) };
  const type = head.fields.find(([name]) => name === "Content-Type")?.[1] ?? "";
  const multipart = type.startsWith("multipart/byteranges");
  const ranges = multipart ? partRanges(delivery) : [singleRange(head.fields, delivery, representation.size)];
  return { kind: "parts", multipart, ranges, length: lengthOf(delivery) };
}

function lengthOf(delivery: Delivery): number {
  if (delivery.kind === "bytes") return delivery.bytes.length;
  return delivery.kind === "stream" ? delivery.length : 0;
}

/** The range that Content-Range tells, where the bytes bear it out. */
function singleRange(fields: Answer["head"]["fields"], delivery: Delivery, size: number): string {
  const told = /^bytes ((\d+)-(\d+))\//.exec(fields.find(([name]) => name === "Content-Range")?.[1] ?? "");
  const range: ByteRange = { firstPos: Number(told?.[2]), lastPos: Number(told?.[3]) };
  expect(lengthOf(delivery)).toBe(range.lastPos - range.firstPos + 1);
  if (delivery.kind === "bytes") expectPositions(delivery.bytes, range);
  expect(range.lastPos).toBeLessThan(size);
  return told?.[1] ?? "none";
}

function partRanges(delivery: Delivery): string[] {
  if (delivery.kind !== "bytes") throw new Error("a small multipart content is loaded whole");
  const text = new TextDecoder("latin1").decode(delivery.bytes);
  return [...text.matchAll(/Content-Range: bytes ((\d+)-(\d+))\/\d+\r\n\r\n/g)].map((part) => {
    const range = { firstPos: Number(part[2]), lastPos: Number(part[3]) };
    const start = part.index + part[0].length;
    expectPositions(delivery.bytes.subarray(start, start + range.lastPos - range.firstPos + 1), range);
    return part[1] ?? "";
  });
}

function expectPositions(bytes: Uint8Array, { firstPos }: ByteRange): void {
  expect([...bytes]).toEqual(Array.from(bytes, (_, index) => byteAt(firstPos + index)));
}
