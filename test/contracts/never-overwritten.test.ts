/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import { beforeEach, describe, expect, vi } from "vitest";
import { copy } from "../../src/deliveries/copy.ts";
import { files, type OpenedFile, type OpenRepresentation, type Source, stet } from "../../src/index.ts";
import { noise } from "../support/noise.ts";
import { RawConnection, requestText } from "../support/raw-connection.ts";
import { test } from "../support/served-test.ts";

// It copies as ever, and is seen to.
vi.mock(import("../../src/deliveries/copy.ts"), { spy: true });

const LENGTH = 64 * 1024 * 1024;
const CONTENT = noise(LENGTH, "large");
const DIGEST = digest(CONTENT);

beforeEach(() => {
  vi.mocked(copy).mockClear();
});

describe("64 MiB arrive as they are", () => {
  const sources: Readonly<Record<string, (root: string) => Source>> = {
    "by copies, where nothing is said of the files": (root) => files(root),
    "by copies, where the files are said to be written over": (root) =>
      files(root, { neverOverwritten: false }),
    "by no copy, where they are said not to be": (root) => files(root, { neverOverwritten: true }),
    "by no copy, where a source of one's own says so": (root) => keeping(files(root)),
  };
  for (const [words, toSource] of Object.entries(sources)) {
    test(words, async ({ folder, serveApp }) => {
      await folder.writeOld("large", CONTENT);
      const { node } = stet(toSource(folder.path));
      const sockets: Socket[] = [];
      const port = await serveApp((request, response) => {
        sockets.push(request.socket);
        void node(request, response);
      });
      const connection = await RawConnection.open(port);
      connection.send(requestText("/large"));
      await connection.head();
      expect(digest(await connection.read(LENGTH))).toBe(DIGEST);
      connection.close();
      // Neither through the streams: all that is left is the third way.
      expect(sockets[0]!.bytesWritten).toBeLessThan(LENGTH / 2);
      expect(vi.mocked(copy).mock.calls.length > 0).toBe(words.startsWith("by copies"));
    });
  }
});

function digest(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** The files of a source whose word stands for theirs, as a store of files by their hash could give it. */
function keeping(source: Source): Source {
  return {
    async find(path) {
      const found = await source.find(path);
      if (found?.kind !== "file") return found;
      return { ...found, open: async (variant) => keepingOpen(await found.open(variant)) };
    },
  };
}

function keepingOpen(open: OpenRepresentation | undefined): OpenRepresentation | undefined {
  if (open?.file === undefined) return open;
  const { representation, file } = open;
  const kept: OpenedFile = {
    get descriptor() {
      return file.descriptor;
    },
    keepsItsBytes: true,
    assertUnchanged: () => file.assertUnchanged(),
  };
  return {
    representation,
    file: kept,
    read: (into, position) => open.read(into, position),
    close: () => open.close(),
  };
}
