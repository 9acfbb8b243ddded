import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FRAMEWORKS } from "../contracts/frameworks/index.ts";
import { Folder } from "../support/folder.ts";
import type { Listening } from "../support/listen.ts";
import { OTHERWISE, PORTABLE_ROWS, rowComplaints, ROWS_OPTIONS, writeRowFiles } from "./rows-over-socket.ts";

let folder: Folder;

beforeAll(async () => {
  folder = await Folder.make();
  writeRowFiles(folder.path);
  // What was changed lately isn't kept.
  await delay(2100);
});

afterAll(() => folder.remove());

describe.each(FRAMEWORKS)("the portable rows hold over a socket: $name", ({ start, except = [] }) => {
  let listening: Listening;

  beforeAll(async () => {
    listening = await start({
      root: folder.path,
      options: { ...ROWS_OPTIONS, fallthrough: false },
      mount: "",
      fields: {},
      onError: (error) => {
        throw error;
      },
    });
  });

  afterAll(() => listening.close());

  for (const row of PORTABLE_ROWS.filter(({ id }) => !except.includes(id))) {
    it(`${row.id} ${row.level}: ${row.title}`, async () => {
      const server = { root: folder.path, port: listening.port };
      expect(await rowComplaints(row, server, !OTHERWISE.has(row.id))).toEqual([]);
    });
  }
});
