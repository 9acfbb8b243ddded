import { mkdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { parseQueues } from "../../src/cli/serve/unsent.ts";
import { makeTar } from "../support/make-tar.ts";
import { makeZip } from "../support/make-zip.ts";
import { noise } from "../support/noise.ts";
import { overwrite } from "../support/overwrite.ts";
import { RawConnection, requestText } from "../support/raw-connection.ts";
import { finished, folder, request, type Reply, serve, until } from "./command.ts";

const HTML = { headers: { accept: "text/html" } };

let dir: string;

beforeEach(async () => {
  dir = await folder();
  await writeFile(join(dir, "index.html"), "index");
  await writeFile(join(dir, "home.html"), "home");
  await writeFile(join(dir, ".env"), "secret");
  await mkdir(join(dir, "empty"));
});

async function ask(
  flags: readonly string[],
  path: string,
  options?: Parameters<typeof request>[2],
): Promise<Reply> {
  return request(await serve(dir, ...flags).url(), path, options);
}

test("without flags: the index, no dotfiles, no listing, no CORS, revalidated", async () => {
  const url = await serve(dir).url();
  const index = await request(url, "/");
  expect(index).toMatchObject({ status: 200, body: "index", headers: { "cache-control": "no-cache" } });
  expect(index.headers).not.toHaveProperty("access-control-allow-origin");
  expect((await request(url, "/.env")).status).toBe(404);
  expect((await request(url, "/empty/")).status).toBe(404);
  expect((await request(url, "/page", HTML)).status).toBe(404);
});

describe("--index", () => {
  test("names the index", async () => {
    expect(await ask(["--index", "home.html"], "/")).toMatchObject({ status: 200, body: "home" });
  });

  test("--no-index has none", async () => {
    expect((await ask(["--no-index"], "/")).status).toBe(404);
    expect((await ask(["--no-index", "--list"], "/")).body).toContain("home.html");
  });
});

describe("--spa", () => {
  test("answers a page that isn't there with the index", async () => {
    const url = await serve(dir, "--spa").url();
    expect(await request(url, "/page/below", HTML)).toMatchObject({ status: 200, body: "index" });
    expect((await request(url, "/users/jane.doe", HTML)).status).toBe(200);
    expect((await request(url, "/app.js", HTML)).status).toBe(404);
    expect((await request(url, "/page", { headers: { accept: "image/png" } })).status).toBe(404);
  });

  test("takes the index that --index names", async () => {
    expect((await ask(["--spa", "--index", "home.html"], "/page", HTML)).body).toBe("home");
  });

  test.each([
    [["--spa"], "index.html"],
    [["--spa", "--index", "shell.html"], "shell.html"],
    [["--spa", "--workers", "2"], "index.html"],
  ])("%j without its page is an error at start", async (flags, page) => {
    await rm(join(dir, "index.html"));
    const { code, stdout, stderr } = await finished(["serve", dir, "--port", "0", ...flags]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(
      `stet: --spa needs the page "${page}", but there is no such file in ${JSON.stringify(dir)}.\n`,
    );
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test("is an error at start for an archive without its page, too", async () => {
    const archive = join(dir, "site.tar");
    await writeFile(archive, makeTar([{ name: "home.html", content: "home" }]));
    const { code, stderr } = await finished(["serve", archive, "--port", "0", "--spa"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--spa needs the page "index\.html".*site\.tar/);
    const url = await serve(archive, "--spa", "--index", "home.html").url();
    expect(await request(url, "/page", HTML)).toMatchObject({ status: 200, body: "home" });
  });

  test("takes index.html with --no-index", async () => {
    expect((await ask(["--spa", "--no-index"], "/page", HTML)).body).toBe("index");
  });
});

test("--dotfiles serves names that begin with a dot", async () => {
  expect(await ask(["--dotfiles"], "/.env")).toMatchObject({ status: 200, body: "secret" });
});

test("--cache-control is the field of every file", async () => {
  const { headers } = await ask(["--cache-control", "public, max-age=60"], "/");
  expect(headers["cache-control"]).toBe("public, max-age=60");
});

describe("--max-age and --immutable", () => {
  const HASHED = "/index-DA_fFPj6.js";

  beforeEach(async () => writeFile(join(dir, HASHED), "script"));

  async function cacheControls(...flags: readonly string[]): Promise<readonly unknown[]> {
    const url = await serve(dir, ...flags).url();
    const replies = await Promise.all(["/", HASHED].map((path) => request(url, path)));
    return replies.map(({ headers }) => headers["cache-control"]);
  }

  test("say for how long clients keep what", async () => {
    const year = "max-age=31536000, immutable";
    expect(await cacheControls()).toEqual(["no-cache", "no-cache"]);
    expect(await cacheControls("--max-age", "3600")).toEqual(["max-age=3600", "max-age=3600"]);
    expect(await cacheControls("--immutable", "--max-age", "1d")).toEqual(["max-age=86400", year]);
    expect(await cacheControls("--immutable", "*.html")).toEqual([year, "no-cache"]);
  });

  test.each([
    [["--max-age", "soon"], /Give seconds, such as --max-age 3600, or a duration/],
    [["--max-age", "1.5s"], /Give seconds/],
    [["--max-age", "-5"], /Give seconds/],
    [["--max-age", ""], /Give seconds/],
    [["--immutable", "dist"], /stet serve dist --immutable/],
  ])("refuse %j", async (flags, message) => {
    const command = serve(dir, ...flags);
    expect((await command.ended).code).toBe(2);
    expect(command.stderr).toMatch(message);
  });
});

describe("--untrusted", () => {
  test("has pages saved, and pages of other sites kept out", async () => {
    const own = await ask([], "/");
    expect(own.headers).not.toHaveProperty("content-disposition");
    expect((await ask(["--untrusted"], "/")).headers).toMatchObject({
      "content-disposition": "attachment",
      "content-security-policy": "default-src 'none'; sandbox",
      "cross-origin-resource-policy": "same-origin",
    });
  });

  test("beside --cors, lets them in", async () => {
    const { headers } = await ask(["--untrusted", "--cors"], "/");
    expect(headers["cross-origin-resource-policy"]).toBe("cross-origin");
  });

  test("can't stand beside --spa", async () => {
    const command = serve(dir, "--untrusted", "--spa");
    expect((await command.ended).code).toBe(2);
    expect(command.stderr).toMatch(/--spa.*--untrusted.*\n.*another for the uploads/);
  });
});

describe("--entity-tags", () => {
  test.each([
    [[], /^"[0-9a-z]+-3"$/],
    [["--entity-tags", "modified"], /^"[0-9a-z]+-3"$/],
    // The beginning of what `printf abc | sha256sum` tells.
    [["--entity-tags", "content"], /^"ba7816bf8f01cfea414140de5dae2223"$/],
  ])("%j", async (flags, tag) => {
    await writeFile(join(dir, "a.txt"), "abc");
    await utimes(join(dir, "a.txt"), 1_700_000_000, 1_700_000_000);
    expect((await ask(flags, "/a.txt")).headers["etag"]).toMatch(tag);
  });

  test("of an archive, too", async () => {
    const archive = join(dir, "site.zip");
    await writeFile(archive, makeZip([{ name: "a.txt", content: "abc" }]));
    await utimes(archive, 1_700_000_000, 1_700_000_000);
    const url = await serve(archive, "--entity-tags", "content").url();
    expect((await request(url, "/a.txt")).headers).not.toHaveProperty("last-modified");
  });

  test("is refused with what to write", async () => {
    const command = serve(dir, "--entity-tags", "hash");
    expect((await command.ended).code).toBe(2);
    expect(command.stderr).toContain("modified, content");
  });
});

describe("--never-overwritten", () => {
  const OLD = noise(24 << 20, "old");
  const NEW = noise(24 << 20, "new");

  /** Waits until the buffers of both sockets are full, so that the server waits for its reader. */
  async function untilFull({ socket }: RawConnection): Promise<void> {
    const seen: (number | undefined)[] = [];
    await until(
      async () => {
        const queues = parseQueues(await readFile("/proc/net/tcp", "latin1"));
        const unsent = queues.get(`${socket.remotePort} ${socket.localPort}`);
        const isFull = seen.push(unsent) >= 5 && seen.slice(-5).every((each) => each === unsent);
        return isFull && unsent !== undefined ? true : undefined;
      },
      () => `an end of ${seen.join(", ")} bytes that are sent`,
    );
  }

  /** What of a large file comes after it was written over in place, on its way to a client that waits. */
  async function overtaken(...flags: readonly string[]): Promise<Buffer> {
    const path = join(dir, "large");
    await writeFile(path, OLD);
    const connection = await RawConnection.open(Number((await serve(dir, ...flags).url()).port));
    connection.send(requestText("/large"));
    await connection.head();
    await untilFull(connection);
    await overwrite(path, NEW, 0);
    const content = await connection.read(Infinity);
    connection.close();
    expect(content.length).toBeLessThan(OLD.length);
    return content;
  }

  test("has large files leave from the system's own memory, which isn't done without it", async () => {
    for (const flags of [[], ["--workers", "2"]]) {
      const copied = await overtaken(...flags);
      expect(copied.equals(OLD.subarray(0, copied.length))).toBe(true);
      const content = await overtaken("--never-overwritten", ...flags);
      expect(content.equals(OLD.subarray(0, content.length))).toBe(false);
    }
  });
});

describe("--cors", () => {
  const CORS = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "*",
    "access-control-allow-methods": "GET, HEAD, OPTIONS",
    "access-control-allow-headers": "*",
  };

  test.each<[string, string, Parameters<typeof request>[2], number]>([
    ["a file", "/", {}, 200],
    ["a part", "/", { headers: { range: "bytes=0-1" } }, 206],
    ["a preflight", "/", { method: "OPTIONS", headers: { "access-control-request-method": "GET" } }, 204],
    ["a redirect", "/empty", {}, 301],
    ["what isn't there", "/missing", {}, 404],
    ["another method", "/", { method: "DELETE" }, 405],
    ["a part that isn't there", "/", { headers: { range: "bytes=99-" } }, 416],
    ["a failed condition", "/", { headers: { "if-match": '"other"' } }, 412],
  ])("lets other sites read %s", async (_, path, options, status) => {
    const reply = await ask(["--cors"], path, options);
    expect(reply.status).toBe(status);
    expect(reply.headers).toMatchObject(CORS);
  });
});

describe("--list", () => {
  const HOSTILE = [
    "<img src=x onerror=alert(1)>.txt",
    "a\"b'.txt",
    "javascript:alert(1)",
    "&amp;.txt",
    "%2e%2e",
    "ü ?#.txt",
  ];

  test("lists a folder, so that each link leads to its file and no name does anything", async () => {
    for (const name of HOSTILE) await writeFile(join(dir, "empty", name), name);
    const url = await serve(dir, "--list").url();
    const { status, headers, body } = await request(url, "/empty/");
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(body).not.toMatch(/<img|<script|onerror=alert\(1\)>|javascript:alert\(1\)"/);
    const links = [...body.matchAll(/href=("[^"]*"|'[^']*'|[^\s>]*)/g)].map(([, link = ""]) => link);
    expect(links).toHaveLength(HOSTILE.length + 1);
    const found = [];
    for (const link of links.filter((link) => link !== '"../"')) {
      const target = new URL(link.slice(1, -1), new URL("/empty/", url));
      expect(target.origin).toBe(url.origin);
      found.push((await request(url, target.pathname)).body);
    }
    expect(found.toSorted()).toEqual(HOSTILE.toSorted());
  });

  test("leaves dotfiles out, and an index in its place", async () => {
    await writeFile(join(dir, "empty", ".secret"), "");
    const url = await serve(dir, "--list").url();
    expect((await request(url, "/empty/")).body).not.toContain(".secret");
    expect((await request(url, "/")).body).toBe("index");
  });
});
