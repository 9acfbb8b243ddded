import { renameSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  digestOf,
  digestOfFile,
  makeOld,
  noise,
  publish,
  removeFolder,
  temporaryFolder,
} from "../support/clients-files.ts";
import { mustRun, run, told } from "../support/clients-run.ts";
import { startStet, type StetServer } from "../support/clients-server.ts";
import { requireClients } from "../support/clients.ts";

const BEGINNING = noise(1_500_000, "beginning");
const MIDDLE = noise(700_001, "middle");
const END = noise(1_800_003, "end");

const root = temporaryFolder();
const here = temporaryFolder();
let server: StetServer;

beforeAll(async () => {
  server = await startStet(root);
});

afterAll(async () => {
  await server?.stop();
  removeFolder(root);
  removeFolder(here);
});

/** Publishes a file with its `.zsync` beside it. */
async function publishWithSums(name: string, content: Uint8Array): Promise<void> {
  const file = publish(join(root, name), content);
  await mustRun("zsyncmake", ["-C", "-u", name, "-o", `${name}.zsync`, file], { cwd: here });
  renameSync(join(here, `${name}.zsync`), `${file}.zsync`);
  makeOld(`${file}.zsync`);
}

describe("zsync", () => {
  beforeEach(requireClients("zsync", "zsyncmake"));

  test.each([
    ["a changed middle", Buffer.concat([BEGINNING, noise(60_000, "old middle"), END])],
    [
      "a changed beginning and end",
      Buffer.concat([noise(9, "a"), BEGINNING, MIDDLE, END.subarray(0, -99_999)]),
    ],
    ["several changed places", withSpots(Buffer.concat([BEGINNING, MIDDLE, END]))],
  ])("fetches only the difference: %s", async (what, old) => {
    const name = `${what.replaceAll(" ", "-")}.img`;
    const content = Buffer.concat([BEGINNING, MIDDLE, END]);
    await publishWithSums(name, content);
    const had = publish(join(here, `${name}.old`), old);
    const { result, requests } = await server.during(() =>
      run("zsync", ["-i", had, "-o", name, `${server.origin}/${name}.zsync`], { cwd: here }),
    );
    expect(result.code, told(result)).toBe(0);
    expect(digestOfFile(join(here, name))).toBe(digestOf(content));
    const transferred = requests.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(transferred).toBeLessThan(content.length / 2);
    expect(requests.filter(({ status }) => status === 206).length).toBeGreaterThan(0);
  });
});

/** The old version had other bytes here and there: zsync asks for several ranges at once. */
function withSpots(content: Buffer): Buffer {
  const old = Buffer.from(content);
  for (let position = 100_000; position < old.length; position += 250_000)
    old.fill(0, position, position + 3000);
  return old;
}
