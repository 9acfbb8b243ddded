import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Framework, toFiles } from "../contracts/frameworks/framework.ts";
import { FRAMEWORKS } from "../contracts/frameworks/index.ts";
import { startRuntime } from "../runtimes/runtimes.ts";
import { bridgeFetch } from "../support/serve-fetch.ts";
import { Folder } from "../support/folder.ts";
import type { Listening } from "../support/listen.ts";
import { MESSAGE_CASES, messageComplaints } from "./message-cases.ts";
import { readAnswers } from "./read-answers.ts";
import { writeRowFiles } from "./rows-over-socket.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

let folder: Folder;

beforeAll(async () => {
  folder = await Folder.make();
  writeRowFiles(folder.path);
});

afterAll(() => folder.remove());

/** Node's parser takes a line without a version, and one of any other version. */
const OF_NODE = ["X-S8", "X-A12"];
/** Node's server takes any Host, also two of them: an application is to look at it. */
const OF_NODES_SERVER = [...OF_NODE, "X-V1", "X-V2", "X-V3", "X-V4", "X-V5", "X-V6"];
/** polka takes a target in absolute-form for a path as it is, so its guards don't match, and stet refuses it. */
const OF_POLKA = [...OF_NODES_SERVER, "X-A5", "X-A6"];
/** `@hono/node-server` refuses a request without Host, also of HTTP/1.0. */
const OF_HONO = [...OF_NODE, "X-A2"];
/**
 * h3 answers HEAD by `new Response(null, response)`. With `@hono/node-server` in the same process, whose `Response` takes the
 * global one's place, the status is then lost: a 404 is a 200. Without it, h3 is right.
 */
const OF_H3 = [...OF_NODE, "X-H4", "X-H6", "X-H7", "X-H8", "X-H9"];

/** The frameworks' own servers, or those below them, do these another way. */
function otherwise(name: string): readonly string[] {
  if (name.startsWith("Hono") || name === "a server of the Fetch standard") return OF_HONO;
  if (name === "polka") return OF_POLKA;
  if (name.startsWith("h3")) return OF_H3;
  if (name === "a bridge to fetch") return OF_NODE;
  if (name === "stet serve") return [];
  return OF_NODES_SERVER;
}

const BRIDGE: Framework = {
  name: "a bridge to fetch",
  start: (application) => bridgeFetch(toFiles(application).fetch),
};

/** The command, as it was built. */
const COMMAND: Framework = {
  name: "stet serve",
  async start() {
    const given = [process.execPath, MAIN, "serve", folder.path, "--port", "0"];
    const { port, stop } = await startRuntime(given, folder.path);
    return { port, close: stop };
  },
};

describe.each([COMMAND, BRIDGE, ...FRAMEWORKS])("messages of HTTP/1.1: $name", ({ name, start }) => {
  const others = new Set(otherwise(name));
  let listening: Listening;

  beforeAll(async () => {
    listening = await start({
      root: folder.path,
      options: {},
      mount: "",
      fields: {},
      onError: () => undefined,
    });
  });

  afterAll(() => listening.close());

  for (const each of MESSAGE_CASES) {
    it(`${each.id}: ${each.title}, ${each.see}`, { fails: others.has(each.id) }, async () => {
      const came = await readAnswers(listening.port, each.bytes, each.methods);
      expect(messageComplaints(each, came)).toEqual([]);
    });
  }
});
