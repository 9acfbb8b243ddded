import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MESSAGE_CASES, messageComplaints } from "../conformance/message-cases.ts";
import { readAnswers } from "../conformance/read-answers.ts";
import { OTHERWISE, PORTABLE_ROWS, rowComplaints, writeRowFiles } from "../conformance/rows-over-socket.ts";
import { Folder } from "../support/folder.ts";
import { skipAloud } from "../support/skip-aloud.ts";
import { installPacked } from "./packed.ts";
import { type Running, RUNTIMES, startRuntime } from "./runtimes.ts";

let packed: Folder;
let folder: Folder;

beforeAll(async () => {
  packed = await installPacked();
  folder = await Folder.make();
  writeRowFiles(folder.path);
});

afterAll(async () => {
  await packed.remove();
  await folder.remove();
});

/** What the runtime's own server does another way, before stet is asked or behind it. */
const OF_THE_RUNTIME: Readonly<Record<string, readonly string[]>> = {
  "Bun 1": [
    // It refuses extensions of a chunk, or trailers.
    "X-C-GET-3",
    "X-C-POST-3",
    "X-C-HEAD-3",
    // It gives no URL of a request without Host, and stet refuses the path alone: see request-target.ts.
    "X-A2",
    // It refuses an empty line in front.
    "X-A13",
    // It closes the connection at a method that it doesn't know, without an answer.
    "A09",
    // It gives a type to every content that has none.
    "F01",
  ],
  // It takes a request without Host, and doesn't tell that of HTTP/1.1 from that of HTTP/1.0, which needs none.
  "Deno 2": ["X-A1"],
};

describe.each(RUNTIMES.filter(({ name }) => name in OF_THE_RUNTIME))("$name", ({ name, command }) => {
  const others = new Set(OF_THE_RUNTIME[name]);
  let running: Running | undefined;

  beforeAll(async () => {
    const given = await command(folder.path, "whole-folder.js");
    running = given && (await startRuntime(given, packed.path));
  });

  beforeEach(() => {
    if (running === undefined) skipAloud(`${name} isn't installed: see scripts/install-runtimes.js`);
  });

  afterAll(() => running?.stop());

  for (const row of PORTABLE_ROWS.filter(({ fixture }) => fixture !== "RECENT")) {
    it(`${row.id} ${row.level}: ${row.title}`, { fails: others.has(row.id) }, async () => {
      const server = { root: folder.path, port: running?.port ?? 0 };
      expect(await rowComplaints(row, server, !OTHERWISE.has(row.id))).toEqual([]);
    });
  }

  for (const each of MESSAGE_CASES) {
    it(`${each.id}: ${each.title}, ${each.see}`, { fails: others.has(each.id) }, async () => {
      const came = await readAnswers(running?.port ?? 0, each.bytes, each.methods);
      expect(messageComplaints(each, came)).toEqual([]);
    });
  }
});
