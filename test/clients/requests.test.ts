import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { publish, removeFolder, temporaryFolder } from "../support/clients-files.ts";
import { mustRun } from "../support/clients-run.ts";
import { startStet, type StetServer } from "../support/clients-server.ts";
import { requireClients } from "../support/clients.ts";

/** Debian's own, which finds Debian's modules. */
const PYTHON = "/usr/bin/python3";
const REQUESTS = "/usr/lib/python3/dist-packages/requests/__init__.py";

const TEXT = "stet: let it stand.\n".repeat(2000);

const root = temporaryFolder();
let server: StetServer;

beforeAll(async () => {
  publish(join(root, "page.txt"), TEXT);
  publish(join(root, "page.txt.br"), brotliCompressSync(TEXT));
  publish(join(root, "page.txt.gz"), gzipSync(TEXT));
  server = await startStet(root);
});

afterAll(async () => {
  await server?.stop();
  removeFolder(root);
});

/** Runs a few lines of Python with a `session`, and gives what they print as JSON. */
async function python(lines: string): Promise<unknown> {
  const script = `import json, requests\nsession = requests.Session()\nurl = "${server.origin}/page.txt"\n${lines}`;
  const { stdout } = await mustRun(PYTHON, ["-c", script]);
  return JSON.parse(stdout);
}

// Its requests accept gzip by themselves, and it decodes what says that it is coded.
describe("Python's requests", () => {
  beforeEach(requireClients(PYTHON, REQUESTS));

  test("gets a range of the file", async () => {
    const part = await python(`
answer = session.get(url, headers={"Range": "bytes=100-199"})
print(json.dumps([answer.request.headers["Accept-Encoding"], answer.status_code, answer.headers["Content-Range"], answer.text]))`);
    expect(part).toEqual([
      expect.stringContaining("gzip"),
      206,
      `bytes 100-199/${TEXT.length}`,
      TEXT.slice(100, 200),
    ]);
  });

  test("gets the whole file decoded, and goes on with what it has of it", async () => {
    const text = await python(`
whole = session.get(url)
had = whole.content[:12345]
rest = session.get(url, headers={"Range": f"bytes={len(had)}-"})
print(json.dumps([whole.headers["Content-Encoding"], whole.text, rest.status_code, (had + rest.content).decode()]))`);
    expect(text).toEqual([expect.stringMatching(/^(?:br|gzip)$/), TEXT, 206, TEXT]);
  });
});
