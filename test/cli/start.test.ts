import { mkdir, realpath, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import { makeTar } from "../support/make-tar.ts";
import { makeZip } from "../support/make-zip.ts";
import { Command, finished, folder, occupy, request, serve } from "./command.ts";

let dir: string;

beforeEach(async () => {
  dir = await folder();
  await writeFile(join(dir, "index.html"), "<h1>home</h1>");
});

/** Nothing else asks for its ports. */
const HOST = "127.0.0.2";

describe("the ready line", () => {
  test("is exactly one line, with the folder as it was given", async () => {
    const command = serve(dir);
    const url = await command.url();
    expect(command.stdout).toBe(`stet serving ${dir} at http://127.0.0.1:${url.port}/\n`);
    expect(command.stderr).toBe("");
    expect(url.port).not.toBe("0");
  });

  test("names the current folder where none is given", async () => {
    const command = new Command(["serve", "--port", "0"], { cwd: dir });
    const url = await command.url();
    expect(command.lines[0]).toBe(`stet serving . at http://127.0.0.1:${url.port}/`);
    expect((await request(url, "/")).body).toBe("<h1>home</h1>");
  });

  test.each(["::1", "[::1]"])("puts the IPv6 host %s in brackets", async (host) => {
    const command = serve(dir, "--host", host);
    const url = await command.url();
    expect(command.lines[0]).toBe(`stet serving ${dir} at http://[::1]:${url.port}/`);
    expect((await request(url, "/")).status).toBe(200);
  });
});

describe("an archive", () => {
  const members = [{ name: "index.html", content: "<h1>archived</h1>" }];

  test.each([
    ["site.zip", makeZip(members), []],
    ["SITE.ZIP", makeZip(members), ["--workers", "2"]],
    ["site.tar", makeTar(members), ["--never-overwritten"]],
  ])("%s is served in place", async (name, archive, flags) => {
    await writeFile(join(dir, name), archive);
    const command = serve(join(dir, name), ...flags);
    const url = await command.url();
    expect(command.lines[0]).toContain(join(dir, name));
    expect((await request(url, "/")).body).toBe("<h1>archived</h1>");
    expect(command.stderr).toBe("");
  });
});

describe("the port", () => {
  test("is 3000, or the next free one, which is said aloud", async () => {
    const command = new Command(["serve", dir]);
    const { port } = await command.url();
    if (port !== "3000") await command.complaint(/\n$/);
    expect(command.stderr).toBe(port === "3000" ? "" : `port 3000 is taken, using ${port}\n`);
  });

  test("is the next free one where 3000 is taken", async () => {
    await occupy(HOST, 3000);
    const command = new Command(["serve", dir, "--host", HOST]);
    const url = await command.url();
    expect(Number(url.port)).toBeGreaterThan(3000);
    await command.complaint(/\n$/);
    expect(command.stderr).toBe(`port 3000 is taken, using ${url.port}\n`);
    expect((await request(url, "/")).status).toBe(200);
  });

  test("is an error where it was asked for and is taken", async () => {
    const port = await occupy("127.0.0.1", 0);
    const { code, stdout, stderr } = await finished(["serve", dir, "--port", String(port)]);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^stet: Port \d+ is taken\.\n.*--port <number>.*--port 0/);
  });

  test("is an error where 3000 itself was asked for and is taken", async () => {
    await occupy(HOST, 3000);
    const { code, stderr } = await finished(["serve", dir, "--host", HOST, "--port", "3000"]);
    expect(code).toBe(2);
    expect(stderr).toContain("Port 3000 is taken.");
  });
});

describe("a mistake is told on stderr with what to do, and exits with 2", () => {
  const mistakes: readonly (readonly [args: readonly string[], problem: RegExp, remedy: RegExp])[] = [
    [["--prot", "80"], /unknown option '--prot'/, /Did you mean --port/],
    [["--port", "abc"], /'abc' is invalid/, /whole number from 0 to 65535/],
    [["--port", "70000"], /'70000' is invalid/, /whole number from 0 to 65535/],
    [["--port", "-1"], /'-1' is invalid/, /whole number/],
    [["--port", "1e3"], /'1e3' is invalid/, /whole number/],
    [["--port"], /argument missing/, /stet serve --help/],
    [["--timeout", "x"], /'x' is invalid/, /--timeout 120/],
    [["--timeout", "0"], /'0' is invalid/, /--timeout 120/],
    [["--timeout", "1e9"], /'1e9' is invalid/, /--timeout 120/],
    ...["0", "-1", "abc", "1.5", "1025", "AUTO", ""].map(
      (workers) =>
        [
          ["--workers", workers],
          new RegExp(`'${workers}' is invalid`),
          /whole number from 1 to 1024, such as --workers 4, or auto/,
        ] as const,
    ),
    [["--workers"], /argument missing/, /stet serve --help/],
    [["--host", ""], /argument '' is invalid/, /--host 127\.0\.0\.1/],
    [["--host", "192.0.2.1"], /192\.0\.2\.1 is no address of this machine/, /Leave out --host/],
    [["--host", "nowhere.invalid"], /nowhere\.invalid is no address of this machine/, /Leave out --host/],
    [["--cert", "cert.pem"], /there is only --cert/, /Add --key/],
    [["--key", "key.pem"], /there is only --key/, /Add --cert/],
    [
      ["--cert", "missing.pem", "--key", "missing.pem"],
      /"missing\.pem" can't be read \(ENOENT\)/,
      /PEM file/,
    ],
    [["--cache-control", "a\nb"], /can't .*"a\\nb"/, /one line/],
    [["--index", "../secret"], /not "\.\.\/secret"/, /such as "index\.html"/],
    [["another"], /too many arguments/, /stet serve --help/],
  ];

  test.each(mistakes)("%j", async (args, problem, remedy) => {
    const { code, stdout, stderr } = await finished(["serve", dir, "--port", "0", ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^stet: /);
    expect(stderr).toMatch(problem);
    expect(stderr).toMatch(remedy);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test.each([
    ["missing", /There is no folder "missing"/, /Create it/],
    ["index.html", /"index\.html" is a file/, /folder that it is in, or a \.zip or \.tar archive/],
    ["broken.zip", /The archive "broken\.zip" can't be served: .*not a zip file/, /Make it anew/],
    ["missing.zip", /There is no folder "missing\.zip"/, /Create it/],
    ["index.html/below", /There is no folder/, /Create it/],
    ["circle", /"circle" can't be read \(ELOOP\)/, /name another/],
  ])("the folder %s", async (name, problem, remedy) => {
    await symlink("circle", join(dir, "circle"));
    await writeFile(join(dir, "broken.zip"), "broken");
    const { code, stderr } = await finished(["serve", name], { cwd: dir });
    expect(code).toBe(2);
    expect(stderr).toMatch(problem);
    expect(stderr).toMatch(remedy);
  });

  test("a certificate that is none", async () => {
    await writeFile(join(dir, "none.pem"), "none");
    const { code, stderr } = await finished(["serve", "--cert", "none.pem", "--key", "none.pem"], {
      cwd: dir,
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/can't be used together.*\n.*unencrypted private key/);
  });

  test.each([[[]], [["--workers", "2"]]])("a STET_LARGE that is no way, with %j", async (flags) => {
    const environment = { STET_LARGE: "sendfile" };
    const { code, stdout, stderr } = await finished(["serve", dir, "--port", "0", ...flags], { environment });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(
      /^stet: .*STET_LARGE is "stream" or "copy" or "zero-copy", not "sendfile": unset it/,
    );
    expect(stderr.match(/STET_LARGE is/g)).toHaveLength(1);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test("an unknown command", async () => {
    const { code, stderr } = await finished(["serv"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/unknown command 'serv'\n\(Did you mean serve\?\)\nSee `stet --help`/);
  });
});

describe("help", () => {
  test.each([[[]], [["--help"]], [["help"]]])("stet %j shows the commands", async (args) => {
    const { code, stdout, stderr } = await finished(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^Usage: stet/);
    expect(stdout).toMatch(/^ {2}serve \[options\] \[dir\] /m);
  });

  test.each([[["serve", "--help"]], [["help", "serve"]]])("stet %j shows every flag", async (args) => {
    const { code, stdout } = await finished(args);
    expect(code).toBe(0);
    for (const flag of "port host list index no-index spa dotfiles cache-control entity-tags cors never-overwritten cert key timeout workers quiet json".split(
      " ",
    )) {
      expect(stdout).toMatch(new RegExp(`^ {2}--${flag} `, "m"));
    }
    for (const known of ["default: 3000", '"127.0.0.1"', '"index.html"', "default: 120", "Examples:"]) {
      expect(stdout.replace(/\s+/g, " ")).toContain(known);
    }
  });

  test("fits a terminal of 80 columns", async () => {
    const { stdout } = await finished(["serve", "--help"]);
    expect(Math.max(...stdout.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  test("--version shows the version", async () => {
    const { code, stdout } = await finished(["--version"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
  });
});

describe("npm start", () => {
  const main = fileURLToPath(new URL("../../scripts/start.js", import.meta.url));

  test("serves the sample folder", async () => {
    const url = await new Command(["--port", "0"], { main }).url();
    const page = await request(url, "/");
    expect(page.body).toContain("<title>stet</title>");
    const linked = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => `/${link}`);
    expect(linked.length).toBeGreaterThan(2);
    for (const link of linked) expect((await request(url, link)).status).toBe(200);
  });

  test("serves the folder that is named, with its flags", async () => {
    await mkdir(join(dir, "below"));
    const command = new Command(["below", "--port", "0", "--list"], { main, cwd: await realpath(dir) });
    const url = await command.url();
    expect(command.lines[0]).toMatch(/^stet serving below at /);
    expect((await request(url, "/")).body).toContain("Index of /");
  });
});
