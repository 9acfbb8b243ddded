/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import { createHash } from "node:crypto";
import { appendFile, open, readFile, truncate, utimes, writeFile } from "node:fs/promises";
import { describe, expect, vi } from "vitest";
import { files, type OpenRepresentation, type Source, stet, type StetOptions } from "../../src/index.ts";
import { LONG_AGO } from "../support/folder.ts";
import { noise } from "../support/noise.ts";
import { overwrite } from "../support/overwrite.ts";
import { countDescriptorsBelow } from "../support/process-reading.ts";
import { type RawHead, RawConnection, requestText } from "../support/raw-connection.ts";
import { test } from "../support/served-test.ts";
import { whileAppending } from "../support/swapper.ts";

const MIB = 1 << 20;

/** More than the buffers of two sockets hold: a server that sends this to a client that doesn't read isn't done. */
const LARGE = 24 * MIB;

/** Lines that are appended at once, each millisecond. */
const QUICKLY = 20;
const SLOWLY = 1;

const OLD = noise(LARGE, "old");
const NEW = noise(LARGE + 3 * MIB, "new");

function digest(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

interface Download {
  readonly head: RawHead;
  readonly content: Buffer;
  readonly isComplete: boolean;
}

/** Takes the first bytes of a file, lets something happen to it, and takes all that then still comes. */
async function download(
  port: number,
  happening: () => Promise<void>,
  fields: Record<string, string> = {},
): Promise<Download> {
  const connection = await RawConnection.open(port);
  connection.send(requestText("/file", { fields }));
  const head = await connection.head();
  const first = await connection.read(1000);
  await happening();
  const length = Number(head.field("content-length"));
  const rest = await connection.read(length - first.length);
  connection.close();
  const content = Buffer.concat([first, rest]);
  return { head, content, isComplete: content.length === length };
}

/** Each way of a large content from a file to a socket, and what is said of the files. */
const WAYS: readonly (readonly [way: string | undefined, options: StetOptions])[] = [
  ["stream", {}],
  ["copy", {}],
  ["zero-copy", {}],
  [undefined, {}],
  [undefined, { blocking: false }],
  [undefined, { appendOnly: true }],
  [undefined, { neverOverwritten: true }],
];

for (const [way, options] of WAYS) {
  describe(`by ${way ?? "the way that is chosen"}, with ${JSON.stringify(options)}, a file that grows`, () => {
    async function serveWay(serve: (options: StetOptions) => Promise<{ port: number }>): Promise<number> {
      vi.stubEnv("STET_LARGE", way);
      const { port } = await serve(options);
      vi.unstubAllEnvs();
      return port;
    }

    test("many times in a millisecond arrives complete and exact, whole and in part", async ({
      folder,
      serve,
    }) => {
      const start = noise(100 * MIB, "log");
      await folder.write("file", start);
      const port = await serveWay(serve);
      const ranges = [undefined, "bytes=95000000-", "bytes=-5000000", "bytes=1000000-9000000"];
      await whileAppending(folder.to("file"), QUICKLY, async () => {
        for (const range of ranges) {
          const fields = range === undefined ? {} : { Range: range };
          const { head, content, isComplete } = await download(port, () => Promise.resolve(), fields);
          expect([range, head.status, isComplete]).toEqual([range, range === undefined ? 200 : 206, true]);
          const [, first = "0"] = /^bytes (\d+)-/.exec(head.field("content-range") ?? "") ?? [];
          const file = await open(folder.to("file"));
          const expected = Buffer.alloc(content.length);
          await file.read(expected, 0, expected.length, Number(first));
          await file.close();
          expect([range, digest(content)]).toEqual([range, digest(expected)]);
        }
      });
      await expect.poll(() => countDescriptorsBelow(folder.path)).toBe(0);
    });

    test("once, a little or a lot, is sent to the length that was announced, with its tag", async ({
      folder,
      serve,
    }) => {
      const port = await serveWay(serve);
      for (const more of [Buffer.from("m"), noise(3 * MIB, "more")]) {
        await folder.writeOld("file", OLD);
        const { head, content, isComplete } = await download(port, () => appendFile(folder.to("file"), more));
        expect([head.field("content-length"), isComplete]).toEqual([String(LARGE), true]);
        expect(head.field("etag")).toMatch(/^"/);
        expect(content.equals(OLD)).toBe(true);
      }
    });

    test("a moment after it was written to: the system sets the time of a write first", async ({
      folder,
      serve,
    }) => {
      await folder.writeOld("file", OLD);
      const port = await serveWay(serve);
      const happening = async (): Promise<void> => {
        const now = new Date();
        await utimes(folder.to("file"), now, now);
        // The download goes on meanwhile.
        setTimeout(() => void appendFile(folder.to("file"), "more"), 20);
      };
      expect((await download(port, happening)).content.equals(OLD)).toBe(true);
    });
  });
}

describe("a file that is rewritten in place, to a longer one", () => {
  const rewrites: Readonly<Record<string, (path: string) => Promise<void>>> = {
    "by another content": (path) => writeFile(path, NEW),
    "by another content, without being cut off before": (path) => overwrite(path, NEW, 0),
    "by the same with something before it": (path) =>
      writeFile(path, Buffer.concat([NEW.subarray(0, 1), OLD])),
    "by the same with something inserted behind what was sent": (path) =>
      writeFile(
        path,
        Buffer.concat([OLD.subarray(0, LARGE - MIB), Buffer.from("x"), OLD.subarray(LARGE - MIB)]),
      ),
    "by a new beginning, and something at its end": async (path) => {
      await overwrite(path, NEW.subarray(0, 16), 0);
      await appendFile(path, "more");
    },
    "by another end": (path) => overwrite(path, NEW.subarray(0, MIB), LARGE - 10),
    "with its old time": async (path) => {
      await writeFile(path, NEW);
      await utimes(path, LONG_AGO, new Date(LONG_AGO.getTime() - 1000));
    },
    "after it was cut off": async (path) => {
      await truncate(path, 0);
      await truncate(path, LARGE + 1);
    },
  };
  for (const way of ["stream", "copy"]) {
    for (const [words, rewrite] of Object.entries(rewrites)) {
      test(`${words}, breaks the connection off: ${way}`, async ({ folder, serve }) => {
        vi.stubEnv("STET_LARGE", way);
        const errors: unknown[] = [];
        const { port } = await serve({ onError: (error) => errors.push(error) });
        vi.unstubAllEnvs();
        await folder.writeOld("file", OLD);
        const { content, isComplete } = await download(port, () => rewrite(folder.to("file")));
        expect(isComplete).toBe(false);
        expect(content.equals(OLD.subarray(0, content.length))).toBe(true);
        expect(errors.map(String)).toEqual([
          expect.stringContaining(`"${folder.to("file")}" was overwritten`),
        ]);
        expect(String(errors[0])).toContain("write to a new file, and rename");
        await expect.poll(() => countDescriptorsBelow(folder.path)).toBe(0);
      });
    }
  }

  test("breaks a Response off, too, and growth doesn't", async ({ folder }) => {
    await folder.writeOld("file", OLD);
    const site = stet(folder.path, { onError: () => undefined });
    const ask = (): Promise<Response> => site.fetch(new Request("http://localhost/file"));
    const growing = await ask();
    await appendFile(folder.to("file"), "more");
    expect(Buffer.from(await growing.arrayBuffer()).equals(OLD)).toBe(true);
    const rewritten = await ask();
    await overwrite(folder.to("file"), NEW, 0);
    await expect(rewritten.arrayBuffer()).rejects.toThrow("was overwritten");
  });

  test("breaks off what was sent of a FileHandle, and growth doesn't", async ({ folder, serveApp }) => {
    await folder.writeOld("file", OLD);
    const { send } = stet(folder.path, { onError: () => undefined });
    const port = await serveApp((request, response) => {
      void open(folder.to("file")).then((handle) => send(request, response, handle));
    });
    const grown = await download(port, () => appendFile(folder.to("file"), "more"));
    expect(grown.content.equals(OLD)).toBe(true);
    const rewritten = await download(port, () => overwrite(folder.to("file"), NEW, 0));
    expect(rewritten.isComplete).toBe(false);
  });
});

describe("of a file that changes, nothing is kept", () => {
  test("a small log that is written to all the time is sent as it was at one moment, never a 503", async ({
    folder,
    serve,
  }) => {
    await folder.write("log.txt", "started\n");
    const { port, get } = await serve();
    const connection = await RawConnection.open(port);
    await whileAppending(folder.to("log.txt"), SLOWLY, async () => {
      for (let round = 0; round < 200; round++) {
        const { status, content, complete } = await connection.request("/log.txt");
        expect([round, status, complete]).toEqual([round, 200, true]);
        const now = await readFile(folder.to("log.txt"));
        expect([round, content.equals(now.subarray(0, content.length))]).toEqual([round, true]);
      }
    });
    connection.close();
    expect((await get("/log.txt")).content.equals(await readFile(folder.to("log.txt")))).toBe(true);
  });

  test("not even where a look is relied on for an hour", async ({ folder, serveApp }) => {
    const path = folder.to("file");
    await folder.writeOld("file", "before");
    const source = appendingOnce(files(folder.path, { appendOnly: true, freshFor: 3_600_000 }), path);
    const { node } = stet(source);
    const port = await serveApp((request, response) => void node(request, response));
    const connection = await RawConnection.open(port);
    // It grows between its opening and its reading: what was announced is sent.
    expect((await connection.request("/file")).text).toBe("before");
    expect((await connection.request("/file")).text).toBe("before, and after");
    connection.close();
  });

  /** The same files, of which the first that is read grows just before. */
  function appendingOnce(source: Source, path: string): Source {
    let isDone = false;
    const grow = (opened: OpenRepresentation): OpenRepresentation => {
      const read = opened.read.bind(opened);
      return Object.assign(opened, {
        async read(into: Uint8Array, position: number) {
          if (!isDone) await appendFile(path, ", and after");
          isDone = true;
          return read(into, position);
        },
      });
    };
    return {
      async find(name) {
        const found = await source.find(name);
        if (found?.kind !== "file") return found;
        return {
          ...found,
          open: async (variant) => {
            const opened = await found.open(variant);
            return opened && grow(opened);
          },
        };
      },
    };
  }
});
