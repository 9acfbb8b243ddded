import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  digestOf,
  digestOfFile,
  noise,
  publish,
  removeFolder,
  temporaryFolder,
} from "../support/clients-files.ts";
import { cutShort, type Finished, lengthOf, mustRun, run, start, told } from "../support/clients-run.ts";
import { startStet, type StetServer } from "../support/clients-server.ts";
import { requireClients } from "../support/clients.ts";

const MEBIBYTE = 1 << 20;
/** When a download is cut, which then would take seconds: bytes. */
const BEGUN = 64 * 1024;
const LARGE = noise(6 * MEBIBYTE, "large");
const TEXT = "stet: let it stand.\n".repeat(2000);

const root = temporaryFolder();
const here = temporaryFolder();
let server: StetServer;

beforeAll(async () => {
  publish(join(root, "small.txt"), "small\n");
  publish(join(root, "large.bin"), LARGE);
  publish(join(root, "page.txt"), TEXT);
  publish(join(root, "page.txt.br"), brotliCompressSync(TEXT));
  publish(join(root, "page.txt.gz"), gzipSync(TEXT));
  server = await startStet(root);
});

afterAll(async () => {
  await server?.stop();
  removeFolder(root);
  removeFolder(here);
});

/** Runs curl in our own folder; its stdout is the status and the bytes that came. */
function curl(...operands: readonly string[]): Promise<Finished> {
  return run("curl", ["-sS", "-w", "%{http_code} %{size_download}", ...operands], { cwd: here });
}

/**
 * curl keeps to a rate only after a first burst, of up to a hundred reads of its buffer, and its buffer is no larger than what
 * comes in a second: at a higher rate a quick server has sent all before it is cut.
 */
const SLOWLY = "48k";

/** Begins a download of the large file and cuts it. */
async function cutDownload(url: string, name: string, ...operands: readonly string[]): Promise<string> {
  const file = join(here, name);
  const running = start("curl", ["-sS", "--limit-rate", SLOWLY, "-o", file, ...operands, url]);
  await cutShort(running, () => lengthOf(file) >= BEGUN);
  const { size } = statSync(file);
  expect(size).toBeGreaterThanOrEqual(BEGUN);
  expect(size).toBeLessThan(LARGE.length);
  return file;
}

async function fieldOf(url: string, name: string): Promise<string> {
  const { stdout } = await mustRun("curl", ["-sSI", url]);
  const line = stdout.split("\r\n").find((line) => line.toLowerCase().startsWith(`${name}:`)) ?? "";
  return line.slice(name.length + 1).trim();
}

describe("curl", () => {
  beforeEach(requireClients("curl"));

  test("--compressed -r: a part of the file, and not of its coded sibling", async () => {
    const { stdout } = await curl(
      "--compressed",
      "-r",
      "0-99",
      "-o",
      "part.txt",
      `${server.origin}/page.txt`,
    );
    expect(stdout).toBe("206 100");
    expect(readFileSync(join(here, "part.txt"), "utf8")).toBe(TEXT.slice(0, 100));
  });

  test("--compressed -C -: what it has decoded is gone on with", async () => {
    writeFileSync(join(here, "page.txt"), TEXT.slice(0, 12_345));
    await mustRun("curl", ["-sS", "--compressed", "-C", "-", "-o", "page.txt", `${server.origin}/page.txt`], {
      cwd: here,
    });
    expect(readFileSync(join(here, "page.txt"), "utf8")).toBe(TEXT);
  });

  test("a coded download that was cut is gone on with by its tag, in the same coding", async () => {
    const url = `${server.origin}/page.txt`;
    const coded = ["-H", "Accept-Encoding: br"];
    const { stdout } = await curl(...coded, "-o", "page.txt.br", "-D", "head.txt", url);
    expect(stdout).toBe(`200 ${brotliCompressSync(TEXT).length}`);
    const tag = /^etag: (.*?)\r?$/im.exec(readFileSync(join(here, "head.txt"), "utf8"))?.[1] ?? "";
    const whole = readFileSync(join(here, "page.txt.br"));
    writeFileSync(join(here, "page.txt.br"), whole.subarray(0, 20));
    const resumed = await curl(...coded, "-C", "-", "-H", `If-Range: ${tag}`, "-o", "page.txt.br", url);
    expect(resumed.stdout).toBe(`206 ${whole.length - 20}`);
    expect(readFileSync(join(here, "page.txt.br"))).toEqual(whole);
  });

  test("-z with the file's date downloads nothing", async () => {
    const url = `${server.origin}/small.txt`;
    const date = await fieldOf(url, "last-modified");
    const { stdout } = await curl("-z", date, "-o", "by-date.txt", url);
    expect(stdout).toBe("304 0");
    expect(existsSync(join(here, "by-date.txt"))).toBe(false);
  });

  test("-z with the local copy downloads only a newer file", async () => {
    const published = publish(join(root, "news.txt"), "old\n", 7200);
    const url = `${server.origin}/news.txt`;
    expect((await curl("-R", "-o", "news.txt", url)).stdout).toBe("200 4");
    expect((await curl("-R", "-z", "news.txt", "-o", "news.txt", url)).stdout).toBe("304 0");
    expect(readFileSync(join(here, "news.txt"), "utf8")).toBe("old\n");
    publish(published, "new!\n", 3600);
    expect((await curl("-R", "-z", "news.txt", "-o", "news.txt", url)).stdout).toBe("200 5");
    expect(readFileSync(join(here, "news.txt"), "utf8")).toBe("new!\n");
  });

  test("--etag-compare transfers nothing the second time", async () => {
    const url = `${server.origin}/large.bin`;
    const fetchOnce = ["--etag-save", "tag", "--etag-compare", "tag", "-o", "tagged.bin", url];
    writeFileSync(join(here, "tag"), "");
    expect((await curl(...fetchOnce)).stdout).toBe(`200 ${LARGE.length}`);
    const { result, requests } = await server.during(() => curl(...fetchOnce));
    expect(result.stdout).toBe("304 0");
    expect(requests).toMatchObject([{ status: 304, bytes: 0 }]);
    expect(digestOfFile(join(here, "tagged.bin"))).toBe(digestOf(LARGE));
  });

  test.each([
    ["0-99", LARGE.subarray(0, 100)],
    ["100-", LARGE.subarray(100)],
    ["-100", LARGE.subarray(-100)],
    [`${LARGE.length - 10}-${LARGE.length + 10}`, LARGE.subarray(-10)],
  ])("-r %s gives those bytes", async (range, bytes) => {
    const { stdout } = await curl("-r", range, "-o", "part.bin", `${server.origin}/large.bin`);
    expect(stdout).toBe(`206 ${bytes.length}`);
    expect(digestOfFile(join(here, "part.bin"))).toBe(digestOf(bytes));
  });

  test("-r with several ranges gives each of them", async () => {
    await curl("-r", "0-15,1000-1015", "-o", "parts", `${server.origin}/large.bin`);
    const parts = readFileSync(join(here, "parts"));
    expect(parts.indexOf(LARGE.subarray(0, 16))).toBeGreaterThan(-1);
    expect(parts.indexOf(LARGE.subarray(1000, 1016))).toBeGreaterThan(parts.indexOf(LARGE.subarray(0, 16)));
    expect(parts.length).toBeLessThan(1000);
  });

  test("-r past the end fails without a file", async () => {
    const url = `${server.origin}/large.bin`;
    const { code, stdout } = await curl("--fail", "-r", `${LARGE.length}-`, "-o", "none.bin", url);
    expect(code).toBe(22);
    expect(stdout).toBe("416 0");
  });

  test("-I tells the length and sends nothing", async () => {
    const url = `${server.origin}/large.bin`;
    const { result, requests } = await server.during(() => mustRun("curl", ["-sSI", url]));
    expect(result.stdout).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(result.stdout.toLowerCase()).toContain(`content-length: ${LARGE.length}\r\n`);
    expect(result.stdout.toLowerCase()).toContain("accept-ranges: bytes\r\n");
    expect(requests).toMatchObject([{ method: "HEAD", status: 200, bytes: 0 }]);
  });

  test("--compressed takes a precompressed sibling and unpacks it", async () => {
    const url = `${server.origin}/page.txt`;
    const { result, requests } = await server.during(() => mustRun("curl", ["-sS", "--compressed", url]));
    expect(result.stdout).toBe(TEXT);
    expect(requests).toHaveLength(1);
    expect(requests[0]!.bytes).toBeLessThan(TEXT.length / 10);
    expect((await mustRun("curl", ["-sS", url])).stdout).toBe(TEXT);
  });

  test.each([
    ["br", brotliCompressSync(TEXT)],
    ["gzip", gzipSync(TEXT)],
  ])("Accept-Encoding: %s gives that sibling's bytes", async (coding, bytes) => {
    const url = `${server.origin}/page.txt`;
    await curl("-H", `Accept-Encoding: ${coding}`, "-o", "coded", url);
    expect(digestOfFile(join(here, "coded"))).toBe(digestOf(bytes));
  });
});

describe("curl -C -", () => {
  beforeEach(requireClients("curl"));

  test("resumes a cut download to the byte", async () => {
    const url = `${server.origin}/large.bin`;
    const file = await cutDownload(url, "cut.bin");
    const missing = LARGE.length - statSync(file).size;
    const { code, stdout } = await curl("-C", "-", "-o", "cut.bin", url);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `206 ${missing}` });
    expect(digestOfFile(file)).toBe(digestOf(LARGE));
  });

  test("leaves a complete file as it is", async () => {
    const file = join(here, "complete.bin");
    writeFileSync(file, LARGE);
    const { code } = await curl("-C", "-", "-o", "complete.bin", `${server.origin}/large.bin`);
    expect(code).toBe(0);
    expect(digestOfFile(file)).toBe(digestOf(LARGE));
  });

  /** A download of one version is cut, then another version stands in its place. */
  async function cutThenChanged(name: string): Promise<{ url: string; file: string; validator: string }> {
    const published = publish(join(root, name), LARGE, 7200);
    const url = `${server.origin}/${name}`;
    const validator = await fieldOf(url, name.startsWith("date") ? "last-modified" : "etag");
    const file = await cutDownload(url, name);
    publish(published, noise(LARGE.length, "another version"), 3600);
    return { url, file, validator };
  }

  // curl sends no If-Range of its own, and without one a server can't know that the file isn't the one begun.
  test.each(["tag-if-range.bin", "date-if-range.bin"])(
    "with If-Range never joins two versions (%s)",
    async (name) => {
      const { url, file, validator } = await cutThenChanged(name);
      const begun = digestOfFile(file);
      const { code, stderr } = await curl("-C", "-", "-H", `If-Range: ${validator}`, "-o", name, url);
      expect(code, stderr).toBe(33);
      expect(digestOfFile(file)).toBe(begun);
    },
  );

  test("with If-Match never joins two versions", async () => {
    const { url, file, validator } = await cutThenChanged("tag-if-match.bin");
    const begun = digestOfFile(file);
    const result = await curl("--fail", "-C", "-", "-H", `If-Match: ${validator}`, "-o", file, url);
    expect(result.code, told(result)).toBe(22);
    expect(result.stdout).toMatch(/^412 /);
    expect(digestOfFile(file)).toBe(begun);
  });

  test("with -z -date never joins two versions", async () => {
    const { url, file, validator } = await cutThenChanged("date-unmodified.bin");
    const begun = digestOfFile(file);
    const result = await curl("--fail", "-C", "-", "-z", `-${validator}`, "-o", file, url);
    expect(result.code, told(result)).toBe(22);
    expect(result.stdout).toMatch(/^412 /);
    expect(digestOfFile(file)).toBe(begun);
  });

  test("with If-Range resumes what hasn't changed", async () => {
    const url = `${server.origin}/large.bin`;
    const file = await cutDownload(url, "unchanged.bin");
    const validator = await fieldOf(url, "etag");
    const { stdout } = await curl("-C", "-", "-H", `If-Range: ${validator}`, "-o", "unchanged.bin", url);
    expect(stdout).toMatch(/^206 /);
    expect(digestOfFile(file)).toBe(digestOf(LARGE));
  });
});

describe("curl, while the file changes", () => {
  beforeEach(requireClients("curl"));

  // More than the buffers on the way can hold, so that the server still reads when the file changes.
  const first = noise(48 * MEBIBYTE, "first");
  const second = noise(first.length, "second");

  /** Downloads a file that becomes another one meanwhile. */
  async function downloadDuring(
    name: string,
    rate: string,
    change: (published: string) => void,
  ): Promise<Finished> {
    const published = publish(join(root, name), first, 7200);
    const file = join(here, name);
    const running = start("curl", ["-sS", "--limit-rate", rate, "-o", file, `${server.origin}/${name}`]);
    while (lengthOf(file) < BEGUN) await sleep(5);
    change(published);
    return running.finished;
  }

  test("gives the whole old one where it is replaced", async () => {
    const next = publish(join(root, "next.bin"), second);
    const result = await downloadDuring("replaced.bin", "32M", (published) => renameSync(next, published));
    expect(result.code, told(result)).toBe(0);
    expect(digestOfFile(join(here, "replaced.bin"))).toBe(digestOf(first));
  });

  test("fails aloud where it is overwritten, with old bytes alone", async () => {
    const result = await downloadDuring("overwritten.bin", "8M", (published) =>
      writeFileSync(published, second),
    );
    expect(result.code, told(result)).toBe(18);
    const held = readFileSync(join(here, "overwritten.bin"));
    expect(held.length).toBeLessThan(first.length);
    expect(digestOf(held)).toBe(digestOf(first.subarray(0, held.length)));
  });
});

describe("curl --http2", () => {
  let secure: StetServer;

  beforeEach(requireClients("curl", "openssl"));

  async function startSecure(): Promise<StetServer> {
    const [key, cert] = [join(here, "key.pem"), join(here, "cert.pem")];
    const request =
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost";
    await mustRun("openssl", [...request.split(" "), "-keyout", key, "-out", cert]);
    return startStet(root, ["--cert", cert, "--key", key]);
  }

  afterAll(() => secure?.stop());

  test("downloads, resumes and revalidates", async (context) => {
    const { stdout: about } = await mustRun("curl", ["--version"]);
    if (!about.includes("HTTP2")) context.skip("this curl doesn't speak HTTP/2");
    secure = await startSecure();
    const url = `${secure.origin}/large.bin`;
    const h2 = ["--http2", "-k", "-o", "h2.bin", "-w", "%{http_version} %{http_code} %{size_download}"];

    const file = await cutDownload(url, "h2.bin", "--http2", "-k");
    const missing = LARGE.length - statSync(file).size;
    expect((await curl(...h2, "-C", "-", "--etag-save", "h2.tag", url)).stdout).toBe(`2 206 ${missing}`);
    expect(digestOfFile(file)).toBe(digestOf(LARGE));

    expect((await curl(...h2, "--etag-compare", "h2.tag", url)).stdout).toBe("2 304 0");
    expect((await curl(...h2, url)).stdout).toBe(`2 200 ${LARGE.length}`);
    expect(digestOfFile(file)).toBe(digestOf(LARGE));
  });
});

test("is gone with the last byte of a download, and is told of as having had all of it", async () => {
  const DOWNLOADS = 30;
  const { requests } = await server.during(async () => {
    for (let count = 0; count < DOWNLOADS; count++)
      await mustRun("curl", ["-sS", "-o", "/dev/null", `${server.origin}/large.bin`]);
  });
  const had = { bytes: LARGE.length, aborted: false };
  expect(requests.map(({ bytes, aborted }) => ({ bytes, aborted }))).toEqual(
    Array.from({ length: DOWNLOADS }, () => had),
  );
});
