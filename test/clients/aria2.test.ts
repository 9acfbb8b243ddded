import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  digestOf,
  digestOfFile,
  noise,
  publish,
  removeFolder,
  sha256,
  temporaryFolder,
} from "../support/clients-files.ts";
import { cutShort, type Finished, run, start, told } from "../support/clients-run.ts";
import { type LoggedRequest, startStet, type StetServer } from "../support/clients-server.ts";
import { requireClients } from "../support/clients.ts";

const MEBIBYTE = 1 << 20;
const LARGE = noise(12 * MEBIBYTE + 12_345, "large");
const FOUR_AT_ONCE = ["-x4", "-s4", "-k1M"];

const root = temporaryFolder();
const here = temporaryFolder();
let server: StetServer;

beforeAll(async () => {
  publish(join(root, "large.bin"), LARGE);
  server = await startStet(root);
});

afterAll(async () => {
  await server?.stop();
  removeFolder(root);
  removeFolder(here);
});

function operandsFor(name: string, operands: readonly string[]): readonly string[] {
  const quiet = ["--no-conf", "--quiet", "--file-allocation=none", "--max-tries=1"];
  return [...quiet, ...FOUR_AT_ONCE, `--out=${name}`, ...operands, `${server.origin}/large.bin`];
}

function aria2(name: string, ...operands: readonly string[]): Promise<Finished> {
  return run("aria2c", operandsFor(name, operands), { cwd: here });
}

/** The parts that were fetched. Of those that were cut the server may tell later. */
function partsOf(requests: readonly LoggedRequest[]): readonly LoggedRequest[] {
  return requests.filter(({ status, aborted }) => status === 206 && !aborted);
}

/** How many whole mebibytes of a file with gaps have been written. */
function piecesIn(file: string): number {
  if (!existsSync(file)) return 0;
  const descriptor = openSync(file, "r");
  const end = Buffer.alloc(16);
  const ends = Array.from({ length: 12 }, (_, piece) => (piece + 1) * MEBIBYTE - end.length);
  const written = ends.filter((position) => {
    end.fill(0);
    readSync(descriptor, end, 0, end.length, position);
    return end.some((byte) => byte !== 0);
  });
  closeSync(descriptor);
  return written.length;
}

describe("aria2c -x4 -s4", () => {
  beforeEach(requireClients("aria2c"));

  test("joins the parts that it fetched at once to the very file", async () => {
    const checksum = `--checksum=sha-256=${sha256(LARGE)}`;
    const { result, requests } = await server.during(() => aria2("whole.bin", checksum));
    expect(result.code, told(result)).toBe(0);
    expect(digestOfFile(join(here, "whole.bin"))).toBe(digestOf(LARGE));
    expect(partsOf(requests).length).toBeGreaterThanOrEqual(3);
  });

  test("resumes after it was killed, without fetching again what it has", async () => {
    const file = join(here, "cut.bin");
    const limited = operandsFor("cut.bin", ["--max-overall-download-limit=2M"]);
    await cutShort(start("aria2c", limited, { cwd: here }), () => piecesIn(file) >= 2);
    expect(existsSync(`${file}.aria2`)).toBe(true);

    const { result, requests } = await server.during(() => aria2("cut.bin", "--continue"));
    expect(result.code, told(result)).toBe(0);
    expect(digestOfFile(file)).toBe(digestOf(LARGE));
    const parts = partsOf(requests);
    expect(parts.length).toBeGreaterThanOrEqual(1);
    expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(LARGE.length);
  });

  test("--conditional-get transfers nothing the second time", async () => {
    const again = ["--conditional-get=true", "--allow-overwrite=true"];
    const first = await aria2("conditional.bin", "--remote-time=true");
    expect(first.code, told(first)).toBe(0);
    const { result, requests } = await server.during(() => aria2("conditional.bin", ...again));
    expect(result.code, told(result)).toBe(0);
    expect(requests).toMatchObject([{ status: 304, bytes: 0 }]);
    expect(digestOfFile(join(here, "conditional.bin"))).toBe(digestOf(LARGE));
  });
});
