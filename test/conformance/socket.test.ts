import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stet, type StetOptions } from "../../src/index.ts";
import { listening } from "../support/listen.ts";
import {
  OTHERWISE,
  PORTABLE_ROWS,
  rowComplaints,
  ROWS_OPTIONS,
  type RowServer,
  tagsOfRewritten,
  writeRowFiles,
} from "./rows-over-socket.ts";

let root: string;
let server: Server;
let rowServer: RowServer;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "stet-rows-"));
  writeRowFiles(root);
  // What was changed lately isn't kept.
  await delay(2100);
});

afterAll(() => rmSync(root, { recursive: true }));

async function serve(options: StetOptions): Promise<void> {
  server = createServer(stet(root, { ...ROWS_OPTIONS, ...options }).node);
  rowServer = { root, port: await listening(server) };
}

const WAYS: readonly (readonly [words: string, options: StetOptions])[] = [
  ["what is known is kept", {}],
  ["nothing is kept", { cache: false }],
  ["the thread pool waits for the disk", { blocking: false }],
];

describe.each(WAYS)("the portable rows hold over a socket, on real files: %s", (_, options) => {
  beforeAll(() => serve(options));
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it("has them all", () => {
    expect(PORTABLE_ROWS.length).toBeGreaterThan(250);
  });

  for (const row of PORTABLE_ROWS) {
    it(`${row.id} ${row.level}: ${row.title}`, async () => {
      expect(await rowComplaints(row, rowServer, !OTHERWISE.has(row.id))).toEqual([]);
    });
  }

  it("J17: a file of the same size, rewritten within the second, never keeps a strong tag", async () => {
    const [before, after] = await tagsOfRewritten(rowServer);
    expect(after !== before || after?.startsWith("W/")).toBe(true);
  });
});
