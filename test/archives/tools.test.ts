import { link, mkdir, readFile, rm, symlink } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Source } from "../../src/index.ts";
import { tar, zip } from "../../src/zip.ts";
import { requireClients } from "../support/clients.ts";
import { mustRun } from "../support/clients-run.ts";
import { Folder } from "../support/folder.ts";
import { noise } from "../support/noise.ts";
import { skipAloud } from "../support/skip-aloud.ts";
import { type ServedSource, serveSource } from "./serve-archive.ts";

const LONG = `${"a-folder-with-a-long-name/".repeat(10)}${"file".repeat(30)}.txt`;

const FILES: Readonly<Record<string, string | Uint8Array>> = {
  "index.html": "<h1>Home</h1>",
  "ünïcode ☃/snow.txt": "snow",
  "text.txt": "a line of text\n".repeat(10_000),
  "noise.bin": noise(300_000, "tools"),
  "empty.txt": "",
  [LONG]: "a long name",
};

let folder: Folder;
const served: ServedSource[] = [];

beforeEach(async () => {
  folder = await Folder.make();
});

afterEach(async () => {
  await Promise.all(served.splice(0).map(({ close }) => close()));
  await folder.remove();
});

async function serve(source: Source): Promise<ServedSource> {
  const server = await serveSource(source);
  served.push(server);
  return server;
}

/** Lays the files below `site`, with a link of each kind. */
async function laySite(): Promise<void> {
  for (const [path, content] of Object.entries(FILES)) await folder.writeOld(`site/${path}`, content);
  await symlink("/etc/passwd", folder.to("site/passwd"));
  await symlink("text.txt", folder.to("site/symbolic.txt"));
  await mkdir(folder.to("site/nothing"));
}

/** Whether all files arrive as they are, and the links don't. */
async function expectSite({ get, errors }: ServedSource): Promise<void> {
  for (const [path, content] of Object.entries(FILES)) {
    const target = `/${encodeURI(path)}`;
    const whole = await get(target, { fields: { "Accept-Encoding": "identity" } });
    const isWhole = whole.content.equals(Buffer.from(content));
    expect([path, whole.status, isWhole, ...errors]).toEqual([path, 200, true]);
    const { status, content: part } = await get(target, { fields: { Range: "bytes=3-9" } });
    if (status === 206) expect(part.equals(Buffer.from(content).subarray(3, 10)), path).toBe(true);
  }
  for (const target of ["/passwd", "/symbolic.txt", "/nothing/"]) {
    expect((await get(target)).status, target).toBe(404);
  }
}

describe("a .zip of Info-ZIP's", () => {
  beforeEach(requireClients("zip"));

  const ways: Readonly<Record<string, readonly string[]>> = {
    "as it comes": ["-qry"],
    stored: ["-qry0"],
    "with zip64": ["-qryfz"],
    "without times of its own": ["-qryX"],
  };
  for (const [way, flags] of Object.entries(ways)) {
    test(`made ${way}`, async () => {
      await laySite();
      await mustRun("zip", [...flags, "../site.zip", "."], { cwd: folder.to("site") });
      await expectSite(await serve(zip(folder.to("site.zip"))));
    });
  }

  test("written to a pipe, and a folder of it", async () => {
    await laySite();
    // It can't write a link there.
    for (const name of ["passwd", "symbolic.txt"]) await rm(folder.to(`site/${name}`));
    await mustRun("sh", ["-c", "zip -qr - site | cat >site.zip"], { cwd: folder.path });
    await expectSite(await serve(zip(folder.to("site.zip"), { folder: "site" })));
  });

  test("with a password", async () => {
    await laySite();
    await mustRun("zip", ["-qry", "-P", "secret", "../site.zip", "."], { cwd: folder.to("site") });
    const { get, errors } = await serve(zip(folder.to("site.zip")));
    for (const target of ["/text.txt", "/noise.bin"]) expect((await get(target)).status).toBe(403);
    expect(errors.join()).toContain('"text.txt" is encrypted');
  });
});

describe("a .zip of Python's", () => {
  beforeEach(requireClients("python3"));

  const script = `
import sys, zipfile
method = getattr(zipfile, sys.argv[1])
with zipfile.ZipFile("site.zip", "w", method) as archive:
    for line in open("names", encoding="utf-8"):
        name = line.rstrip("\\n")
        with archive.open(name, "w", force_zip64=True) as to:
            to.write(open("site/" + name, "rb").read())
`;

  async function make(method: string): Promise<void> {
    await laySite();
    await folder.write("names", Object.keys(FILES).join("\n"));
    await mustRun("python3", ["-c", script, method], { cwd: folder.path });
  }

  test.for(["ZIP_STORED", "ZIP_DEFLATED"])("%s", async (method) => {
    await make(method);
    await expectSite(await serve(zip(folder.to("site.zip"))));
  });

  test.for(["ZIP_BZIP2", "ZIP_LZMA"])("%s can't be read", async (method) => {
    await make(method);
    const { get, errors } = await serve(zip(folder.to("site.zip")));
    expect((await get("/text.txt")).status).toBe(500);
    expect(errors.join()).toContain("deflate or store it");
  });
});

describe("a .tar of GNU's", () => {
  beforeEach(requireClients("tar"));
  beforeEach(async () => {
    const { stdout } = await mustRun("tar", ["--version"]);
    if (!stdout.includes("GNU")) skipAloud("the tar that is installed isn't GNU's");
  });

  test.for(["gnu", "oldgnu", "pax"])("--format=%s", async (format) => {
    await laySite();
    await link(folder.to("site/text.txt"), folder.to("site/zz-hard.txt"));
    const files = ["--sort=name", "-C", "site", "."];
    await mustRun("tar", ["-cf", "site.tar", `--format=${format}`, ...files], { cwd: folder.path });
    const served = await serve(tar(folder.to("site.tar")));
    await expectSite(served);
    expect((await served.get("/zz-hard.txt")).text).toBe(FILES["text.txt"]);
  });

  test.for(["ustar", "v7"])("--format=%s, which has no long names", async (format) => {
    const name = format === "ustar" ? `${"a-folder-with-a-name/".repeat(5)}text.txt` : "folder/text.txt";
    await folder.writeOld(`site/${name}`, "text");
    await mustRun("tar", ["-cf", "site.tar", `--format=${format}`, "site"], { cwd: folder.path });
    const { get } = await serve(tar(folder.to("site.tar"), { folder: "site" }));
    expect((await get(`/${name}`)).text).toBe("text");
  });

  test.for(["gnu", "pax"])("--format=%s --sparse", async (format) => {
    await mkdir(folder.to("site"));
    const holes = Array.from({ length: 60 }, (_, index) => [index * 200_000, `data ${index}`]);
    await folder.writeSparse(
      "site/a-sparse",
      20_000_000,
      Object.fromEntries(holes) as Record<number, string>,
    );
    await folder.writeOld("site/b.txt", "after it");
    const flags = ["-cSf", "site.tar", `--format=${format}`, "--sort=name", "site"];
    await mustRun("tar", flags, { cwd: folder.path });
    const { get, errors } = await serve(tar(folder.to("site.tar"), { folder: "site" }));
    expect((await get("/b.txt")).text).toBe("after it");
    expect((await get("/a-sparse")).status).toBe(500);
    expect(errors.join()).toContain("without --sparse");
  });

  test("compressed as a whole is told so", async () => {
    await laySite();
    await mustRun("tar", ["-czf", "site.tar", "site"], { cwd: folder.path });
    const { get, errors } = await serve(tar(folder.to("site.tar")));
    expect((await get("/site/text.txt")).status).toBe(500);
    expect(errors.join()).toContain("decompress it");
  });
});

describe("archives of libarchive's", () => {
  beforeEach(requireClients("bsdtar"));

  test.for(["pax", "gnutar", "zip"])("--format=%s", async (format) => {
    await laySite();
    await mustRun("bsdtar", ["-cf", "archive", `--format=${format}`, "-C", "site", "."], {
      cwd: folder.path,
    });
    const open = format === "zip" ? zip : tar;
    await expectSite(await serve(open(folder.to("archive"))));
  });
});

describe("curl", () => {
  beforeEach(requireClients("curl", "zip"));

  test("takes gzip as it stands in the archive, and goes on with what is stored", async () => {
    await laySite();
    await mustRun("zip", ["-qry", "-n", ".bin", "../site.zip", "."], { cwd: folder.to("site") });
    const { port } = await serve(zip(folder.to("site.zip")));
    const curl = (...operands: string[]) =>
      mustRun("curl", ["-sS", ...operands.slice(0, -1), `http://127.0.0.1:${port}/${operands.at(-1)}`], {
        cwd: folder.path,
      });
    const { stdout } = await curl("--compressed", "-o", "text", "-w", "%{size_download}", "text.txt");
    expect(Number(stdout)).toBeLessThan(2000);
    expect(await readFile(folder.to("text"), "utf8")).toBe(FILES["text.txt"]);

    await folder.write("noise", Buffer.from(FILES["noise.bin"]!).subarray(0, 100_000));
    const resumed = await curl("-C", "-", "-o", "noise", "-w", "%{http_code} %{size_download}", "noise.bin");
    expect(resumed.stdout).toBe("206 200000");
    expect((await readFile(folder.to("noise"))).equals(Buffer.from(FILES["noise.bin"]!))).toBe(true);
  });
});
