import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  digestOf,
  digestOfFile,
  noise,
  publish,
  removeFolder,
  temporaryFolder,
} from "../support/clients-files.ts";
import { cutShort, type Finished, lengthOf, run, start, told } from "../support/clients-run.ts";
import { startStet, type StetServer } from "../support/clients-server.ts";
import { requireClients } from "../support/clients.ts";

const MEBIBYTE = 1 << 20;
/** When a download is cut, which then would take seconds: bytes. */
const BEGUN = 256 * 1024;
const LARGE = noise(16 * MEBIBYTE, "large");

/** Each would lead elsewhere, or nowhere, if a name were put into a link as it is. */
const NAMES = [
  "plain.txt",
  "two words.txt",
  "100%.txt",
  "%41.txt",
  "chapter #1.txt",
  "what?.txt",
  "a&b;c=d.txt",
  "1+1.txt",
  "quoted 'single' \"double\".txt",
  "<b>.txt",
  "naïve – 日本語 🎈.txt",
  "time:12.txt",
  "deep er/in side/ün#der.txt",
];

const root = temporaryFolder();
const here = temporaryFolder();
let server: StetServer;

beforeAll(async () => {
  publish(join(root, "large.bin"), LARGE);
  for (const name of NAMES) publish(join(root, "tree", name), `this is ${name}\n`);
  publish(join(root, "beside.txt"), "not below the tree\n");
  server = await startStet(root, ["--list"]);
});

afterAll(async () => {
  await server?.stop();
  removeFolder(root);
  removeFolder(here);
});

function wget(...operands: readonly string[]): Promise<Finished> {
  return run("wget", ["--no-config", "--no-verbose", "--tries=1", ...operands], { cwd: here });
}

describe("wget", () => {
  beforeEach(requireClients("wget"));

  test("-N transfers nothing the second time, and a newer file", async () => {
    const published = publish(join(root, "news.txt"), "old\n", 7200);
    const url = `${server.origin}/news.txt`;
    const first = await wget("-N", url);
    expect(first.code, told(first)).toBe(0);

    const { result, requests } = await server.during(() => wget("-N", url));
    expect(result.code, told(result)).toBe(0);
    expect(requests).toMatchObject([{ status: 304, bytes: 0 }]);
    expect(readFileSync(join(here, "news.txt"), "utf8")).toBe("old\n");

    publish(published, "new!\n", 3600);
    await wget("-N", url);
    expect(readFileSync(join(here, "news.txt"), "utf8")).toBe("new!\n");
    expect(Math.floor(statSync(join(here, "news.txt")).mtimeMs / 1000)).toBe(
      Math.floor(statSync(published).mtimeMs / 1000),
    );
  });

  test("-c resumes a cut download to the byte", async () => {
    const url = `${server.origin}/large.bin`;
    const file = join(here, "large.bin");
    const running = start("wget", ["--no-config", "-q", "--limit-rate=1M", "-O", file, url]);
    await cutShort(running, () => lengthOf(file) >= BEGUN);
    const missing = LARGE.length - statSync(file).size;
    expect(missing).toBeGreaterThan(0);
    await server.logged(({ path, aborted }) => path === "/large.bin" && aborted);

    const { result, requests } = await server.during(() => wget("-c", url));
    expect(result.code, told(result)).toBe(0);
    expect(requests).toMatchObject([{ status: 206, bytes: missing }]);
    expect(digestOfFile(file)).toBe(digestOf(LARGE));
  });

  test("-c leaves a complete file as it is", async () => {
    const file = join(here, "large.bin");
    writeFileSync(file, LARGE);
    const { result, requests } = await server.during(() => wget("-c", `${server.origin}/large.bin`));
    expect(result.code, told(result)).toBe(0);
    expect(requests).toMatchObject([{ status: 416 }]);
    expect(digestOfFile(file)).toBe(digestOf(LARGE));
  });

  const mirror = ["-r", "-np", "-nH", "--level=inf", "--restrict-file-names=nocontrol"];

  test("-r mirrors a listed directory, whatever its files are called", async () => {
    const result = await wget(...mirror, "-P", "mirror", `${server.origin}/tree/`);
    // 8 would mean that a link on a page led to an error.
    expect(result.code, told(result)).toBe(0);
    // By content: wget decodes a name twice when it saves it, so that "%41.txt" becomes its "A.txt".
    const contents = filesBelow(join(here, "mirror/tree")).map((file) => readFileSync(file, "utf8"));
    expect(contents.toSorted()).toEqual(NAMES.map((name) => `this is ${name}\n`).toSorted());
  });

  test("-m transfers no file the second time", async () => {
    const update = (): Promise<Finished> => wget("-m", ...mirror, "-P", "mirror-2", `${server.origin}/tree/`);
    const first = await update();
    expect(first.code, told(first)).toBe(0);
    const { requests } = await server.during(update);
    const files = requests.filter(({ path }) => !path.endsWith("/") && path !== "/robots.txt");
    expect(files).toHaveLength(NAMES.length);
    for (const request of files) expect(request).toMatchObject({ status: 304, bytes: 0 });
  });
});

/** The files below a folder, but for the pages that listed them. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "index.html" && entry.name !== "robots.txt")
    .map((entry) => join(entry.parentPath, entry.name));
}
