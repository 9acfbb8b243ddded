import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { makeTar } from "../../../test/support/make-tar.ts";
import { makeZip } from "../../../test/support/make-zip.ts";
import { noise } from "../../../test/support/noise.ts";
import type { OpenRepresentation, Source } from "../source.ts";
import { tar } from "./tar.ts";
import { zip } from "./zip.ts";

const folder = mkdtempSync(join(tmpdir(), "stet-positions-"));

afterAll(() => rmSync(folder, { recursive: true }));

/** Several chunks, both as they are and deflated. */
const CONTENT = Buffer.from(noise(150_000, "positions").toString("hex"));

const MEMBERS = [
  { name: "before", content: "before" },
  { name: "a.txt", content: CONTENT },
  { name: "after", content: "after" },
];

function lay(name: string, bytes: Uint8Array): string {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

const DEFLATED = zip(lay("d.zip", makeZip(MEMBERS.map((member) => ({ ...member, method: 8 })))));

async function open(source: Source, contentCoding?: string): Promise<OpenRepresentation> {
  const found = await source.find("a.txt");
  if (found?.kind !== "file") throw new Error("It is no file.");
  return (await found.open({ contentCoding }))!;
}

describe.each<[string, Source, string | undefined]>([
  ["stored in a .zip", zip(lay("s.zip", makeZip(MEMBERS))), undefined],
  ["stored in a .tar", tar(lay("s.tar", makeTar(MEMBERS))), undefined],
  ["deflated and inflated", DEFLATED, undefined],
  ["deflated, as gzip", DEFLATED, "gzip"],
])("a file that is %s", (_, source, contentCoding) => {
  it("gives the same bytes at any position, in any order", async () => {
    const opened = await open(source, contentCoding);
    const { length } = opened.representation;
    const read = async (position: number, count: number): Promise<Buffer> => {
      const into = Buffer.alloc(count);
      return into.subarray(0, await opened.read(into, position));
    };
    const parts: Buffer[] = [];
    for (let position = 0; position < length; position += parts.at(-1)!.length) {
      parts.push(await read(position, 70_001));
    }
    const whole = Buffer.concat(parts);
    const content = contentCoding === "gzip" ? gunzipSync(whole) : whole;
    expect([whole.length, content.equals(CONTENT)]).toEqual([length, true]);

    const part = fc.tuple(fc.nat(length + 10), fc.integer({ min: 1, max: 100_000 }));
    await fc.assert(
      fc.asyncProperty(part, async ([position, count]) => {
        const bytes = await read(position, count);
        expect(bytes.length > 0).toBe(position < length);
        expect(bytes.equals(whole.subarray(position, position + bytes.length))).toBe(true);
      }),
    );
    opened.close();
  });
});
